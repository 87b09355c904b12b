package attach

import (
	"strings"
	"testing"
)

func TestParseKeys(t *testing.T) {
	for text, want := range map[string]string{
		"":              "",
		"ctrl-p,ctrl-q": string(DefaultKeys),
		"ctrl-p,ctrl-p": "\x10\x10",
		"ctrl-@,a,Z":    "\x00aZ",
		"ctrl-[,ctrl-_": "\x1b\x1f",
		"x":             "x",
	} {
		if keys, err := ParseKeys(text); err != nil || string(keys) != want {
			t.Errorf("%q: %q, %v; want %q", text, keys, err, want)
		}
	}
	for _, text := range []string{",", "a,", "ctrl-", "ctrl-A", "ctrl-1", "ctrl-pq", "ab", "\x01", "é", "ctrl-p ctrl-q"} {
		if keys, err := ParseKeys(text); err == nil {
			t.Errorf("%q is taken for %q", text, keys)
		}
	}
}

// TestMatch: however the bytes come in, all of them are typed but the keys.
func TestMatch(t *testing.T) {
	for _, test := range []struct {
		keys, typed, want string
		found             bool
	}{
		{"pq", "abc", "abc", false},
		{"pq", "apqb", "a", true},
		{"pq", "pp", "pp", false},
		{"pq", "ppq", "p", true},
		{"pq", "papq", "pa", true},
		{"aab", "aaab", "a", true},
		{"abab", "ababab", "", true},
		{"abac", "ababac", "ab", true},
		{"x", "yxz", "y", true},
		{"", "all\x10\x11of it", "all\x10\x11of it", false},
	} {
		for size := 1; size <= len(test.typed); size++ {
			m := &matcher{keys: Keys(test.keys)}
			var got []byte
			found := false
			for rest := test.typed; rest != "" && !found; {
				n := min(size, len(rest))
				got, found = m.feed(got, []byte(rest[:n]))
				rest = rest[n:]
			}
			got = m.rest(got)
			if string(got) != test.want || found != test.found {
				t.Errorf("keys %q in %q, %d at a time: %q, %v; want %q, %v", test.keys, test.typed, size, got, found, test.want, test.found)
			}
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("pq", "apqb", 2)
	f.Add("aab", "aaab", 1)
	f.Fuzz(func(t *testing.T, keys, typed string, size int) {
		if keys == "" || size <= 0 {
			return
		}
		m := &matcher{keys: Keys(keys)}
		var got []byte
		found := false
		for rest := typed; rest != "" && !found; {
			n := min(size, len(rest))
			got, found = m.feed(got, []byte(rest[:n]))
			rest = rest[n:]
		}
		got = m.rest(got)
		if before, _, want := strings.Cut(typed, keys); string(got) != before || found != want {
			t.Errorf("keys %q in %q: %q, %v; want %q, %v", keys, typed, got, found, before, want)
		}
	})
}
