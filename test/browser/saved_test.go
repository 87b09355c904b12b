package browser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"isle/internal/island"
	"isle/internal/page"
	"isle/ns"
)

func TestSavedMapIsLoadedAndLeft(t *testing.T) {
	saved, _ := many(12).chart(t.Context())
	saved.Host = "archive"
	text, err := json.Marshal(saved)
	if err != nil {
		t.Fatal(err)
	}
	good, bad := filepath.Join(t.TempDir(), "saved.json"), filepath.Join(t.TempDir(), "bad.json")
	if os.WriteFile(good, text, 0o600) != nil || os.WriteFile(bad, []byte(`{"schema":99}`), 0o600) != nil {
		t.Fatal("the files cannot be written")
	}
	b := open(t, few(), 1280, 800)
	b.expect("422 (Unprocessable Entity)")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{bad}))
	b.want(`document.querySelector("#toast").textContent`, "bad.json cannot be shown: this is a map of version 99, or none; isle reads version 1")
	b.want(`document.querySelector("#live-text").textContent`, "Live")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{good}))
	b.want(`document.querySelector("#host").textContent`, "archive")
	b.want(`document.querySelector("#banner-text").textContent.startsWith("Saved snapshot of archive taken ")`, "true")
	b.want(`document.querySelectorAll("#canvas .island").length`, "13")
	b.click("#back")
	b.want(`document.querySelector("#host").textContent`, "lagoon")
	b.want(`document.querySelectorAll("#canvas .island").length`, "7")
	b.want(`document.querySelector("#banner").hidden`, "true")

	// Dropping it on the page is the same.
	b.js(`(() => { const data = new DataTransfer(); data.items.add(new File([` + strconv.Quote(string(text)) + `], "dropped.json"));
		dispatchEvent(new DragEvent("drop", {dataTransfer: data, cancelable: true})); })()`)
	b.want(`document.querySelector("#host").textContent`, "archive")
}

func TestPageFromAFile(t *testing.T) {
	h := few()
	h.add(island.Island{ID: "evil", Sort: island.Sandbox, Name: `</script><script>document.title = "taken over"</script><!--`}, ns.SetOf(ns.Mount), "]]>&amp; \u2028")
	m, _ := h.chart(t.Context())
	path := filepath.Join(t.TempDir(), "map.html")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := page.File(file, m); err != nil {
		t.Fatal(err)
	}
	file.Close()
	b := newTab(t, 1280, 800)
	b.do(chromedp.Navigate("file://" + path))
	b.want(`document.title`, "lagoon – isle")
	b.want(`document.querySelectorAll("#canvas .island").length`, "8")
	b.want(`document.querySelector("#banner-text").textContent.startsWith("Saved snapshot of lagoon taken ")`, "true")
	b.want(`["live", "open", "back"].every(id => document.getElementById(id).hidden)`, "true")
	b.press("/")
	b.press("walwriter")
	b.want(names, "db")
	b.press(kb.Escape)
	b.js(`document.querySelector("#island-db").focus()`)
	b.press(kb.Enter)
	b.want(`document.querySelectorAll("#panel .namespaces li").length`, "8")
	b.click("#tab-Audit")
	b.want(`document.querySelector("#page").textContent.includes("saved map")`, "true")
	b.want(`performance.getEntriesByType("resource").filter(e => !e.name.startsWith("data:")).length`, "0")
}
