package plan

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

var shells = []string{"dash", "bash"}

// said are the arguments that a shell gives printf.
func said(t *testing.T, shell, quoted string) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command(shell, "-c", `printf '%s\0' `+quoted)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%s: %s: %v, %s", shell, quoted, err, stderr.String())
	}
	return string(out)
}

// FuzzQuote checks that a shell takes quoted words for just those words.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "plain", "two words", "it's", `\`, `\n`, "\n", "$HOME", "`id`", "$(id)", "*", "~", "~root", "!!", "#c", "a=b", "-n",
		"{a,b}", "'", "''", `"`, "a;b", "a&b", "\xff\xfe", "é", "\r", "\t", "[a]", "|", "<", ">", "(", "\x01\x7f", "%s", "=", "^", "@", "if", `'\''`} {
		f.Add(s, "next")
	}
	var found []string
	for _, s := range shells {
		if _, err := exec.LookPath(s); err == nil {
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		f.Skip("neither dash nor bash is installed")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if strings.ContainsRune(a+b, 0) {
			t.Skip("a word cannot hold a NUL byte")
		}
		for _, shell := range found {
			if got, want := said(t, shell, Quote(a, b)), a+"\x00"+b+"\x00"; got != want {
				t.Errorf("%s takes %s for %q, want %q", shell, Quote(a, b), got, want)
			}
		}
	})
}
