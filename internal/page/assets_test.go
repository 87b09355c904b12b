package page

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryAssetIsUsed reads all files that the page is made of, and finds those
// that are not among them.
func TestEveryAssetIsUsed(t *testing.T) {
	used := []string{"page.html", "js/early.js"}
	for _, name := range styles {
		used = append(used, "css/"+name+".css")
	}
	for _, name := range scripts {
		used = append(used, "js/"+name+".js")
	}
	err := fs.WalkDir(assets, ".", func(path string, d fs.DirEntry, err error) error {
		if !d.IsDir() && !slices.Contains(used, path) {
			t.Errorf("%s is embedded and not used", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range used {
		if lines := strings.Count(file(path), "\n"); lines == 0 || lines > 150 {
			t.Errorf("%s has %d lines", path, lines)
		}
	}
}

// Data is only ever text: what could make markup or code of it is not there.
func TestScriptMakesNoMarkup(t *testing.T) {
	for _, word := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "setHTMLUnsafe", "srcdoc", "createContextualFragment"} {
		if strings.Contains(Script()+Theme(), word) {
			t.Errorf("the script has %s", word)
		}
	}
	if n := strings.Count(Script(), "parseFromString"); n != 1 {
		t.Errorf("the script parses markup in %d places, want 1", n)
	}
	if strings.Contains(Script()+Theme(), "</script") || strings.Contains(Script(), "<!--") {
		t.Error("the script would end where it stands in a file")
	}
}

// What the script looks for by name is in the page, or made by the script.
func TestScriptFindsWhatItLooksFor(t *testing.T) {
	here := file("page.html") + Script() + `id="saved"`
	for _, m := range regexp.MustCompile(`byID\("([^"]+)"\)`).FindAllStringSubmatch(Script(), -1) {
		if !strings.Contains(here, `id="`+m[1]+`"`) && !strings.Contains(here, `id: "`+m[1]+`"`) {
			t.Errorf("nothing has the ID %s", m[1])
		}
	}
}

// Style attributes are against the server's policy.
func TestPageHasNoInlineStyle(t *testing.T) {
	if m := regexp.MustCompile(`\s(style|on[a-z]+)="`).FindString(file("page.html")); m != "" {
		t.Errorf("page.html has %s", m)
	}
}
