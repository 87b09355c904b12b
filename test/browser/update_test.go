package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"isle/internal/island"
	"isle/ns"
)

// What comes, goes and stays when the host changes.
func TestUpdateKeepsWhatTheUserDoes(t *testing.T) {
	h := few()
	b := open(t, h, 1280, 800)
	b.press("/")
	b.press("e")
	b.click("#closer")
	b.js(`document.querySelector("#island-tab").focus()`)
	b.press(kb.Enter)
	b.want(`document.querySelector("#panel-title").textContent`, "firefox")
	b.js(`window.wasThere = document.querySelector("#island-tab")`)
	b.js(`document.querySelector("#tab-Overview").focus()`)
	place := `(r => [r.left, r.top].map(Math.round).join())(document.querySelector("#island-tab .land").getBoundingClientRect())`
	before := b.js(place)

	h.add(island.Island{ID: "fresh", Sort: island.Sandbox, Name: "<img src=x onerror=alert(1)>"}, ns.SetOf(ns.Mount), "evil \u202e<script>alert(1)</script>")
	b.want(`document.querySelector("#island-fresh")?.classList.contains("new")`, "true")
	b.want(`document.querySelector("#said").textContent`, "sandbox <img src=x onerror=alert(1)> started")
	b.want(`document.querySelectorAll("#canvas img, #canvas script, #panel img").length`, "0")
	b.want(`window.wasThere === document.querySelector("#island-tab")`, "true")
	b.want(`document.activeElement.id`, "tab-Overview")
	b.want(`document.querySelector("#island-tab").classList.contains("chosen")`, "true")
	b.want(`document.querySelector("#search").value`, "e")
	b.want(place, before)

	h.remove("fresh")
	b.want(`document.querySelector("#island-fresh")`, "null")
	b.want(`document.querySelector("#said").textContent`, "sandbox <img src=x onerror=alert(1)> ended")
	h.remove("tab")
	b.want(`document.querySelector("#panel .word").textContent`, "Ended")
	b.want(`document.querySelector("#panel-title").textContent`, "firefox")
	b.press(kb.Escape)
	b.want(`document.querySelector("#panel").hidden`, "true")

	b.click("#live")
	b.want(`document.querySelector("#live-text").textContent`, "Paused")
	b.click("#live")
	b.want(`document.querySelector("#live-text").textContent`, "Live")
}

func TestPanelTellsOfFailure(t *testing.T) {
	h := few()
	h.add(island.Island{ID: "broken", Sort: island.Sandbox, Name: "broken"}, ns.SetOf(ns.Mount), "sh")
	b := open(t, h, 1280, 800)
	b.expect("503 (Service Unavailable)")
	b.js(`document.querySelector("#island-broken").focus()`)
	b.press(kb.Enter)
	b.click("#tab-Audit")
	b.want(`document.querySelector("#panel [role=alert]")?.textContent.includes("permission denied")`, "true")
	b.click("#panel .plain")
	b.want(`document.querySelector("#panel [role=alert]")?.textContent.includes("permission denied")`, "true")
}
