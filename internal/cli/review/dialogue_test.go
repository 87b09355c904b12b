package review

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"

	"isle/internal/review"
)

// TestPick: numbers, ranges and patterns choose from a list.
func TestPick(t *testing.T) {
	var list []*review.Change
	for _, path := range []string{"/a/one.c", "/a/two.c", "/b/three.h", "/b/four.c"} {
		list = append(list, &review.Change{Path: path})
	}
	for words, want := range map[string]string{
		"": "/a/one.c /a/two.c /b/three.h /b/four.c", "2": "/a/two.c", "2-3": "/a/two.c /b/three.h", "4 1": "/a/one.c /b/four.c",
		"*.c": "/a/one.c /a/two.c /b/four.c", "/b": "/b/three.h /b/four.c", "1 /b/*.h": "/a/one.c /b/three.h",
	} {
		chosen, err := pick(list, strings.Fields(words))
		var got []string
		for _, c := range chosen {
			got = append(got, c.Path)
		}
		if err != nil || !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%q chooses %q (%v), want %q", words, got, err, want)
		}
	}
	for _, words := range []string{"0", "5", "3-2", "1-5", "-1", "nothing", "["} {
		if chosen, err := pick(list, []string{words}); err == nil {
			t.Errorf("%q chooses %d", words, len(chosen))
		}
	}
}

// TestAnswers: what is no answer changes nothing, and the end of input keeps.
func TestAnswers(t *testing.T) {
	out, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	d := &dialogue{r: &review.Review{Name: "x"}, in: bufio.NewReader(strings.NewReader("what\n\n?\ns\n\x1b[1;1R\nd 1")), out: out}
	if err := d.ask(); err != nil {
		t.Error(err)
	}
}

func FuzzPick(f *testing.F) {
	for _, seed := range []string{"1", "2-1", "*.c", "[", "99999999999999999999", "-"} {
		f.Add(seed)
	}
	list := []*review.Change{{Path: "/a"}, {Path: "/b/c"}}
	f.Fuzz(func(t *testing.T, word string) {
		if chosen, err := pick(list, []string{word}); err == nil && len(chosen) == 0 {
			t.Errorf("%q chooses nothing and is no error", word)
		}
	})
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 1023: "1023", 1024: "1.0K", 1 << 62: "4.0E"} {
		if got := size(n); got != want {
			t.Errorf("size %d: %s, want %s", n, got, want)
		}
	}
}
