package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// contrast is a script that lists texts of the page whose contrast is less than
// WCAG AA wants: 4.5, or 3 if they are large.
const contrast = `(() => {
	const paper = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
	const rgba = (colour) => { paper.clearRect(0, 0, 1, 1); paper.fillStyle = colour; paper.fillRect(0, 0, 1, 1); return [...paper.getImageData(0, 0, 1, 1).data]; };
	const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const ground = (e) => {
		let layers = [];
		for (let at = e; at; at = at.parentElement) {
			layers.push(rgba(getComputedStyle(at).backgroundColor));
			if (layers.at(-1)[3] === 255) break;
		}
		return layers.reduceRight((under, over) => under.map((v, i) => over[i] * over[3] / 255 + v * (1 - over[3] / 255)), [255, 255, 255]);
	};
	const bad = [];
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (!walk.currentNode.data.trim() || e.closest("svg, script, noscript, .unseen, .skip") || !e.checkVisibility()) continue;
		const style = getComputedStyle(e);
		const [a, b] = [light(rgba(style.color)), light(ground(e))].sort((x, y) => y - x);
		const ratio = (a + 0.05) / (b + 0.05);
		const large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700;
		if (ratio < (large ? 3 : 4.5)) bad.push(walk.currentNode.data.trim().slice(0, 30) + " " + ratio.toFixed(2));
	}
	return bad.join("; ");
})()`

// nameless is a script that lists what can be used but has no name.
const nameless = `[...document.querySelectorAll("button, input, a[href], [tabindex], [role=button], [role=tab], dialog, aside, section")]
	.filter(e => !e.closest("[hidden]") && e.id !== "file")
	.filter(e => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length ||
		document.getElementById(e.getAttribute("aria-labelledby"))?.textContent.trim()))
	.map(e => e.outerHTML.slice(0, 80)).join("; ")`

// unmarked is a script that lists what shows no sign of having the focus.
const unmarked = `(async () => {
	const bad = [];
	for (const e of document.querySelectorAll("button, input, [tabindex='0']")) {
		if (!e.checkVisibility() || e.closest("[hidden]")) continue;
		const look = () => { const s = getComputedStyle(e), land = getComputedStyle(e.querySelector(":scope > .land, :scope > .box") ?? e); return [s.outlineStyle, s.outlineWidth, land.stroke, land.strokeWidth].join(); };
		document.activeElement.blur();
		const before = look();
		e.focus({focusVisible: true});
		if (look() === before) bad.push(e.outerHTML.slice(0, 80));
	}
	return bad.join("; ");
})()`

func TestPageIsAccessible(t *testing.T) {
	b := open(t, few(), 1280, 800)
	// Colours fade in, and are not to be measured half-way.
	b.js(`document.documentElement.animate && document.getAnimations().forEach(a => a.finish === undefined || a.effect.getTiming().iterations === Infinity ? a.cancel() : a.finish())`)
	for _, theme := range []string{"light", "dark"} {
		b.js(`(document.documentElement.dataset.theme = "` + theme + `")`)
		for _, state := range []string{
			`0`,
			`document.querySelector("#island-db").dispatchEvent(new MouseEvent("click", {bubbles: true}))`,
			`document.querySelector("#tab-Audit").click()`,
			`document.querySelector("#tab-Difference").click()`,
			`document.querySelector("#as-list").click()`,
			`document.querySelector("#ask").click()`,
			`document.querySelector("#help").close()`,
			`document.querySelector("#as-picture").click()`,
			`document.querySelector(".kind").click()`,
		} {
			b.js(state)
			for what, script := range map[string]string{"contrast": contrast, "names": nameless} {
				if bad := b.js(script); bad != "" {
					t.Errorf("%s, %s, after %s: %s", theme, what, state, bad)
				}
			}
		}
		b.press(kb.Tab)
		if bad := b.js(unmarked); bad != "" {
			t.Errorf("%s: the focus is not to be seen on %s", theme, bad)
		}
		b.js(`document.querySelector("#panel .close").click()`)
		b.js(`document.querySelector(".kind").click()`)
	}
	for what, want := range map[string]string{
		`document.querySelectorAll("body > header, main, aside").length`: "3",
		`document.querySelectorAll("h1").length`:                         "1",
		`document.documentElement.lang`:                                  "en",
		`[...document.querySelectorAll("[id]")].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i).join()`: "",
		`[...document.querySelectorAll("[role=img] [role=button]")].length`:                                          "0",
		`[...document.querySelectorAll("#said, #hits")].every(e => e.getAttribute("aria-live") === "polite")`:        "true",
		`[...document.querySelectorAll("#canvas [tabindex]")].every(e => e.getAttribute("role") === "button")`:       "true",
		`document.querySelector("#canvas .island").getAttribute("aria-label").includes("lagoon")`:                    "true",
	} {
		b.want(what, want)
	}
}

func TestPageFitsNarrowWindows(t *testing.T) {
	b := open(t, few(), 380, 700)
	for _, state := range []string{
		`0`,
		`document.querySelector("#as-list").click()`,
		`document.querySelector("#list .name").click()`,
		`document.querySelector("#tab-Difference").click()`,
		`document.querySelector("#tab-Audit").click()`,
	} {
		b.js(state)
		b.want(`document.documentElement.scrollWidth <= 380 && document.body.scrollWidth <= 380`, "true")
		b.want(`[...document.querySelectorAll("header button:not(.kind), #panel button")].filter(e => e.checkVisibility()).every(e => { const r = e.getBoundingClientRect(); return r.left >= 0 && r.right <= 381; })`, "true")
	}
}
