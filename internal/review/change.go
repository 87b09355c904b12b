package review

import (
	"path/filepath"
	"strings"
)

// Kind says what became of a path.
type Kind string

// The three kinds.
const (
	Created Kind = "created"
	Changed Kind = "changed"
	Deleted Kind = "deleted"
)

// Change is what a program did to a path.
type Change struct {
	Path string `json:"path"` // on the host
	Raw  []byte `json:"raw,omitempty"`
	Kind Kind   `json:"change"`
	Type string `json:"type"`          // of what is there afterwards or, deleted, was there
	Was  string `json:"was,omitempty"` // the type before, if it is another
	// Size and Before are the bytes of the contents after and before. Of a
	// directory that is deleted Before is the sum, and Entries how much is in it.
	Size    int64 `json:"size"`
	Before  int64 `json:"before"`
	Entries int   `json:"entries,omitempty"`
	// What is different: content, target, mode, owner, time, attributes, type.
	What []string `json:"what,omitempty"`
	Link string   `json:"link,omitempty"` // where a symbolic link leads
	// Special is why it is applied only on special request.
	Special []string `json:"special,omitempty"`
	// Reason is why it cannot be applied.
	Reason string `json:"reason,omitempty"`
	// Names says that the host's file has other names, which keep the old content.
	Names uint64 `json:"names,omitempty"`

	Base `json:"-"`
}

// below says whether the change is at a path or below it, both of one layer.
func (c *Change) below(o *Change) bool {
	return c.Layer == o.Layer && strings.HasPrefix(string(c.Base.Path), string(o.Base.Path)+"/")
}

// makesDirectory says that applying makes a directory, which others may need.
func (c *Change) makesDirectory() bool {
	return c.Upper != nil && c.Upper.isDir() && (c.Lower == nil || !c.Lower.isDir())
}

func (c *Change) key() key { return key{c.Layer, string(c.Base.Path)} }

// key names a path of a layer.
type key struct {
	layer int
	path  string
}

// Selection chooses changes by patterns: one with a slash is matched with the
// whole path, any other with the last name (path.Match). What is below a
// directory that matches is chosen with it.
func Selection(changes []*Change, patterns []string) ([]*Change, error) {
	var chosen []*Change
	for _, p := range patterns {
		if _, err := filepath.Match(p, ""); err != nil {
			return nil, &PatternError{p}
		}
	}
	for _, c := range changes {
		if matches(c.Path, patterns) {
			chosen = append(chosen, c)
		}
	}
	return chosen, nil
}

// PatternError is a pattern that is none.
type PatternError struct{ Pattern string }

func (e *PatternError) Error() string { return "invalid pattern " + e.Pattern + ": see glob(7)" }

func matches(path string, patterns []string) bool {
	for ; path != "/" && path != "."; path = filepath.Dir(path) {
		for _, p := range patterns {
			subject := path
			if !strings.Contains(p, "/") {
				subject = filepath.Base(path)
			}
			if ok, _ := filepath.Match(strings.TrimSuffix(p, "/"), subject); ok {
				return true
			}
		}
	}
	return false
}
