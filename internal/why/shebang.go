package why

import (
	"bytes"
	"strings"
)

// shebangSize is how much of a script's first line the kernel reads
// (BINPRM_BUF_SIZE).
const shebangSize = 256

// parseShebang returns the interpreter named by the first line of a script, as
// execve(2) reads it: "#!", blanks, a path up to the next blank.
func parseShebang(head []byte) (interpreter string, ok bool) {
	rest, ok := bytes.CutPrefix(head[:min(len(head), shebangSize)], []byte("#!"))
	if !ok {
		return "", false
	}
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	path := strings.TrimLeft(string(line), " \t")
	if i := strings.IndexAny(path, " \t\x00"); i >= 0 {
		path = path[:i]
	}
	return path, path != ""
}

// looksLikeText says that the beginning of a file holds no control characters
// but those of text.
func looksLikeText(head []byte) bool {
	return len(head) > 0 && bytes.IndexFunc(head, func(r rune) bool {
		return r < ' ' && !strings.ContainsRune("\n\r\t\f\x1b", r)
	}) < 0
}
