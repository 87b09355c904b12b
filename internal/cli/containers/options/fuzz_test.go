package options

import (
	"strings"
	"testing"
)

// FuzzOptions: whatever a command line says, it is read or refused, in a line; and
// what was read is bounded as the request wants it.
func FuzzOptions(f *testing.F) {
	for _, seed := range []string{
		"-v\n/a:/b:ro\nx", "--mount\ntype=bind,\"src=a,b\",dst=/c\nx", "-m\n1.5g\nx", "--secret\na,uid=1,mode=0400\nx",
		"--health-cmd\n[\"a\"]\nx", "--tmpfs\n/a:size=10%\nx", "--ulimit\ncpu=1:2\nx", "-e\nA*\nx", "--userns\nauto:size=5\nx",
		"--device\n/a:/b:rw\nx", "--expose\n1-2/udp\nx", "--security-opt\nmask=/a:/b\nx", "--restart\non-failure:3\nx", "--cpus\n1e3\nx",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "-file") { // it would read what it finds
			return
		}
		o, err := parse(strings.Split(text, "\n")...)
		if err != nil {
			return
		}
		l := &o.Request.Limits
		if l.Memory < 0 || l.MemorySwap < -1 || !(l.CPUs >= 0) || o.Request.ShmSize < 0 {
			t.Errorf("%q: %+v", text, l)
		}
		for _, m := range o.Request.Mounts {
			if !strings.HasPrefix(m.Target, "/") || m.Target == "/" || m.Type == "bind" && !strings.HasPrefix(m.Source, "/") || m.Size < 0 {
				t.Errorf("%q: %+v", text, m)
			}
		}
	})
}

func FuzzSize(f *testing.F) {
	for _, seed := range []string{"1", "1k", "1.5g", "8eb", "9223372036854775807", "1e5", ".", "1 KiB"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := parseSize(s); err == nil && (n < 0 || !strings.ContainsAny(s, "0123456789")) {
			t.Errorf("%q is %d", s, n)
		}
	})
}
