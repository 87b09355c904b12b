package browser

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestScreenshots writes pictures of the page into the folder that is named by
// ISLE_SCREENSHOTS, for a person to look at.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("ISLE_SCREENSHOTS")
	if folder == "" {
		t.Skip("ISLE_SCREENSHOTS names no folder")
	}
	for _, shot := range []struct {
		name          string
		host          *host
		width, height int
		theme, script string
	}{
		{"few-light", few(), 1280, 800, "light", ``},
		{"few-dark", few(), 1280, 800, "dark", ``},
		{"many-light", many(200), 1280, 800, "light", ``},
		{"panel-light", few(), 1280, 800, "light", `document.querySelector("#island-db").dispatchEvent(new MouseEvent("click", {bubbles: true}))`},
		{"audit-dark", few(), 1280, 800, "dark", `document.querySelector("#island-db").dispatchEvent(new MouseEvent("click", {bubbles: true})); document.querySelector("#tab-Audit").click()`},
		{"difference-light", few(), 1280, 800, "light", `document.querySelector("#island-db").dispatchEvent(new MouseEvent("click", {bubbles: true})); document.querySelector("#tab-Difference").click()`},
		{"search-light", few(), 1280, 800, "light", `search.value = "postgres"; search.dispatchEvent(new Event("input"))`},
		{"namespace-dark", few(), 1280, 800, "dark", `document.querySelector("#island-side .badge[data-kind=net] rect").dispatchEvent(new MouseEvent("click", {bubbles: true}))`},
		{"list-light", few(), 1280, 800, "light", `document.querySelector("#as-list").click()`},
		{"list-dark", many(30), 1280, 800, "dark", `document.querySelector("#as-list").click()`},
		{"phone-light", few(), 400, 800, "light", ``},
		{"phone-panel-dark", few(), 400, 800, "dark", `document.querySelector("#island-db").dispatchEvent(new MouseEvent("click", {bubbles: true}))`},
		{"phone-list-dark", few(), 400, 800, "dark", `document.querySelector("#as-list").click()`},
		{"help-light", few(), 1280, 800, "light", `document.querySelector("#ask").click()`},
	} {
		t.Run(shot.name, func(t *testing.T) {
			b := open(t, shot.host, shot.width, shot.height)
			b.js(`(document.documentElement.dataset.theme = "` + shot.theme + `")`)
			if shot.script != "" {
				b.js(`(() => { const search = document.querySelector("#search"); ` + shot.script + ` })()`)
			}
			b.js(`new Promise(done => setTimeout(done, 700))`)
			png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, shot.name+".png"), png, 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}
