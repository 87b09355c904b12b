package browser

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// names are the islands that stand out in the picture, in its order.
const names = `[...document.querySelectorAll("#canvas .island:not(.dim)")].map(g => g.dataset.id).join(" ")`

func TestSearchFilterAndTheme(t *testing.T) {
	b := open(t, few(), 1280, 800)
	b.want(`document.querySelector("#host").textContent`, "lagoon")
	all := b.js(names)

	// A command line, a pid, an inode, a container, an engine and a user are found.
	net := b.js(`document.querySelector("#island-db .badge[data-kind=net]").dataset.inode`)
	for query, want := range map[string]string{
		"walwriter": "db", "1204": "shop", "4f1d9c": "db", "podman": "shop", "postgres 77aa": "side", "101": "resolved", "nowhere": "",
		net: "db inner side",
	} {
		b.press("/")
		b.js(`document.activeElement.select()`)
		b.press(query)
		b.want(`[...document.querySelectorAll("#canvas .island.match")].map(g => g.dataset.id).sort().join(" ")`, want)
		b.want(`document.querySelector("#hits").textContent`, map[bool]string{true: "no match", false: plural(want)}[want == ""])
		b.press(kb.Escape)
		b.want(names, all)
		b.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	}
	b.press("/")
	b.press("postgres")
	b.press(kb.Enter + kb.Enter)
	b.want(`document.querySelector("#hits").textContent`, "2 of 2")
	b.press(kb.Enter)
	b.want(`document.querySelector("#hits").textContent`, "1 of 2")
	b.press(kb.Escape)

	b.click(`.kind[data-kind=user]`)
	b.want(names, "host shop tab")
	b.want(`document.querySelector(".kind[data-kind=user]").ariaPressed`, "true")
	b.want(`document.querySelector("#canvas .link").classList.contains("dim")`, "true")
	b.click(`.kind[data-kind=ipc]`)
	b.want(names, "host db shop tab")
	b.click(`.kind[data-kind=user]`)
	b.click(`.kind[data-kind=ipc]`)
	b.want(names, all)

	for _, theme := range []string{"light", "dark", "undefined"} {
		b.click("#theme")
		b.want(`document.documentElement.dataset.theme`, theme)
	}
	b.click("#theme")
	b.do(chromedp.Reload())
	b.want(`document.documentElement.dataset.theme`, "light")
	b.want(`document.querySelectorAll("#canvas .land").length`, "7")
	const land = `[getComputedStyle(document.querySelector("#canvas .land")).fill, getComputedStyle(document.body).backgroundColor].join(" ")`
	b.want(land, "rgb(230, 241, 245) rgb(211, 230, 239)")
	b.click("#theme")
	b.want(land, "rgb(15, 32, 43) rgb(10, 21, 29)")
}

// plural is what the search says of as many as words has.
func plural(words string) string {
	n := 1
	for _, r := range words {
		if r == ' ' {
			n++
		}
	}
	if n == 1 {
		return "1 match"
	}
	return strconv.Itoa(n) + " matches"
}

func TestPanelByKeyboard(t *testing.T) {
	b := open(t, few(), 1280, 800)
	b.js(`document.querySelector("#island-db").focus()`)
	b.press(kb.ArrowRight)
	b.want(`document.activeElement.dataset.id`, "side")
	b.press(kb.ArrowLeft)
	b.want(`document.activeElement.dataset.id`, "db")
	b.press(kb.Enter)
	b.want(`document.activeElement.id`, "panel-title")
	b.want(`document.querySelector("#panel-title").textContent`, "postgres")
	b.want(`document.querySelectorAll(".namespaces li").length`, "8")
	b.want(`document.querySelector(".namespaces .own .with").textContent.includes("pg_dump")`, "true")

	// From tab to tab, and each says something.
	b.js(`document.querySelector("#tab-Overview").focus()`)
	b.press(kb.ArrowRight)
	b.want(`document.activeElement.id`, "tab-Processes")
	b.want(`document.querySelectorAll(".processes tbody tr").length`, "3")
	b.want(`document.querySelector(".processes tbody td:nth-child(2)").textContent`, "root")
	b.press(kb.ArrowRight)
	b.want(`document.querySelector(".difference td:nth-child(2)")?.textContent`, "postgres")
	b.press(kb.ArrowRight)
	b.want(`document.querySelector("[role=meter]")?.ariaValueText`, "5.5 of 10: exposed")
	b.want(`document.activeElement.id`, "tab-Audit")
	b.press(kb.Escape)
	b.want(`document.querySelector("#panel").hidden`, "true")
	b.want(`document.activeElement.dataset.id`, "db")

	// A badge opens its namespace, from there one goes on to an island.
	b.click("#island-side .badge[data-kind=net]")
	b.want(`document.querySelector("#panel h3").textContent`, "3 islands in it")
	b.want(names, "db inner side")
	b.click("#panel .islands .link-to")
	b.want(`document.querySelector("#panel-title").textContent`, "postgres")
	b.press(kb.Escape)
	b.js(`document.querySelector("#canvas .kept").focus()`)
	b.press(kb.Enter)
	b.want(`document.querySelector("#panel .held").textContent`, "bind mount /run/netns/blue")
	b.press(kb.Escape)
	b.want(`document.activeElement.classList.contains("kept")`, "true")
	b.press("?")
	b.want(`document.querySelector("#help").open`, "true")
	b.press(kb.Escape)
	b.want(`document.querySelector("#help").open`, "false")
}

// The list says of every island and kept namespace what the picture says.
func TestListIsComplete(t *testing.T) {
	b := open(t, few(), 1280, 800)
	b.press("l")
	b.want(`document.querySelector("#as-list").ariaPressed`, "true")
	b.want(`[...document.querySelectorAll("#list .row[data-id]")].map(r => r.dataset.id).join(" ")`, "host db inner shop resolved tab side")
	b.want(`document.querySelector("#list [data-id=inner]").closest("ul").closest("li").querySelector(".row").dataset.id`, "db")
	b.want(`document.querySelectorAll("#list .row[data-inode]").length`, "1")
	for _, text := range []string{"docker", "postgres -D", "bind mount /run/netns/blue", "172.17.0.2/16", "own pid, net (with container postgres), mount", "veth4f1d"} {
		b.want(`document.querySelector("#list").textContent.includes(`+strconv.Quote(text)+`)`, "true")
	}
	b.press("/")
	b.press("walwriter")
	b.want(`[...document.querySelectorAll("#list .row:not(.dim)")].map(r => r.dataset.id).join(" ")`, "db")
	b.press(kb.Escape)
	b.click("#list [data-id=shop] .name")
	b.want(`document.querySelector("#panel-title").textContent`, "web-shop")
	b.press(kb.Escape)
	b.want(`document.activeElement.textContent`, "web-shop")
}
