package docs

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBlocks(t *testing.T) {
	text := strings.Join([]string{
		"# Title", "$ not a block",
		"```go", "$ ls", "```",
		"```console", "$ echo a \\", "> b", "a b", "", "# id -u", "0", "> more", "```",
		"1. in a list", "   ```sh run", "   true", "     false", "   ```",
		"````console skip=\"needs a terminal\"", "$ top", "```", "````",
		"```", "plain", "```",
		"```console needs=\"busybox nft\"", "# nft", "```",
	}, "\n")
	got, err := Blocks(text)
	if err != nil {
		t.Fatal(err)
	}
	want := []Block{
		{Line: 6, Steps: []Step{
			{Line: 7, Command: "echo a \\\nb", Want: []string{"a b", ""}},
			{Line: 11, Root: true, Command: "id -u", Want: []string{"0", "> more"}},
		}},
		{Line: 16, Steps: []Step{{Line: 17, Command: "true\n  false", Want: []string{"..."}}}},
		{Line: 20, Skip: "needs a terminal"},
		{Line: 27, Needs: []string{"busybox", "nft"}, Steps: []Step{{Line: 28, Root: true, Command: "nft"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBlocksThatWouldEscape(t *testing.T) {
	for block, want := range map[string]string{
		"```sh\ntrue\n```":                         "neither marked run nor skip",
		"```sh skip=\"\"\ntrue\n```":               "neither marked run nor skip",
		"```bash\ntrue\n```":                       `kind "bash"`,
		"```\n$ true\n```":                         `kind ""`,
		"```console\ntrue\n```":                    "does not begin with",
		"```console\n```":                          "does not begin with",
		"```console skip=why\n$ true\n```":         "means nothing",
		"```console needs=\"\"\n$ true\n```":       "means nothing",
		"text\n```console\n$ true":                 "line 2: block is not closed",
		"````console\n$ true\n```":                 "not closed",
		"```console\n$ a\n```\n```sh\ntrue\n```\n": "line 4: ",
	} {
		if _, err := Blocks(block); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", block, err, want)
		}
	}
}

func FuzzBlocks(f *testing.F) {
	f.Add("```console\n$ echo a\na\n```\n")
	f.Add("  ```sh run\n  true\n  ```")
	f.Add("```console skip=\"x\"\n$ a\n````")
	f.Fuzz(func(t *testing.T, text string) {
		blocks, err := Blocks(text)
		if err != nil {
			return
		}
		for _, b := range blocks {
			if (b.Skip == "") != (len(b.Steps) > 0) {
				t.Errorf("block of line %d: skip %q with %d steps", b.Line, b.Skip, len(b.Steps))
			}
		}
	})
}
