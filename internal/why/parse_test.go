package why

import (
	"bytes"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestLines(t *testing.T) {
	got := Explanation{"a", "b\nc"}.Lines()
	want := []string{"  cause: a", "  fix:   b", "         c"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (Explanation{}).Lines(); got != nil {
		t.Errorf("nothing to say, said %q", got)
	}
}

func TestParseELF(t *testing.T) {
	file, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	elf, err := parseELF(file)
	if err != nil || elf.machine != hostMachine() || hostMachine() == 0 {
		t.Errorf("%+v, %v on %s", elf, err, runtime.GOARCH)
	}
	if _, err := parseELF(strings.NewReader("#!/bin/sh")); err != errNotELF {
		t.Errorf("script: %v", err)
	}
}

func TestParseShebang(t *testing.T) {
	for head, want := range map[string]string{
		"#!/bin/sh\n":          "/bin/sh",
		"#! \t/bin/env sh\n":   "/bin/env",
		"#!/bin/sh\r\n":        "/bin/sh\r",
		"#!\n/bin/sh":          "",
		"echo #!/bin/sh":       "",
		"":                     "",
		"#!/no/newline at end": "/no/newline",
	} {
		if got, _ := parseShebang([]byte(head)); got != want {
			t.Errorf("%q: got %q, want %q", head, got, want)
		}
	}
}

func TestMapGap(t *testing.T) {
	list, err := parseMap("0 1000 1\n1 100000 10")
	if err != nil {
		t.Fatal(err)
	}
	if id, missing := list.gap(0, 11); missing {
		t.Errorf("%d missing", id)
	}
	if id, missing := list.gap(5, 10); !missing || id != 11 {
		t.Errorf("got %d, %v, want 11", id, missing)
	}
}

func TestBefore(t *testing.T) {
	for release, want := range map[string]bool{"5.11.0-rc1": true, "5.12.0": false, "4.20": true, "6.1-foo": false, "5.9": true, "5": true, "strange": false, "": false} {
		h := Recorded(fstest.MapFS{"proc/sys/kernel/osrelease": {Data: []byte(release)}})
		if release == "5" {
			want = false // no minor, no answer
		}
		if got := h.before(5, 12); got != want {
			t.Errorf("%q is before 5.12: %v", release, got)
		}
	}
}

func FuzzParseMap(f *testing.F) {
	f.Add("0 0 4294967295\n")
	f.Add("0 1000 1\n1 100000 65536\n")
	f.Add("-1 0 99999999999")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parseMap(text)
		if err != nil && list != nil {
			t.Fatalf("both %v and %v", list, err)
		}
		list.overlap()
		for _, e := range list {
			if e.in > 1<<32 || e.out > 1<<32 || e.count > 1<<32 {
				t.Fatalf("%v out of bounds", e)
			}
			if _, missing := list.gap(e.in, e.count); missing {
				t.Fatalf("%v has a gap in %q", e, text)
			}
		}
	})
}

func FuzzParseELF(f *testing.F) {
	f.Add([]byte("\x7fELF\x02\x01\x01"))
	f.Add(append([]byte("\x7fELF\x01\x02\x01"), make([]byte, 60)...))
	if exe, err := os.ReadFile("/bin/true"); err == nil {
		f.Add(exe[:min(len(exe), 4096)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		elf, _ := parseELF(bytes.NewReader(data))
		if len(elf.loader) > elfMaxLoader {
			t.Fatal("loader's path too long")
		}
	})
}

func FuzzParseShebang(f *testing.F) {
	f.Add([]byte("#!/bin/sh -e\n"))
	f.Fuzz(func(t *testing.T, head []byte) {
		path, ok := parseShebang(head)
		if ok != (path != "") || strings.ContainsAny(path, " \t\n") {
			t.Fatalf("%q, %v", path, ok)
		}
	})
}

// FuzzHost gives the readers of procfs files any text.
func FuzzHost(f *testing.F) {
	f.Add("Uid:\t0\t0\t0\t0\nCapEff:\tff\n", "22 1 0:1 / / rw shared:1 - proc proc rw\n", "8:pids:/a\n0::/b\n", "u:1:2\n")
	f.Fuzz(func(t *testing.T, status, mounts, cgroup, subuid string) {
		h := Recorded(fstest.MapFS{
			"proc/self/status":    {Data: []byte(status)},
			"proc/self/mountinfo": {Data: []byte(mounts)},
			"proc/self/cgroup":    {Data: []byte(cgroup)},
			"proc/self/limits":    {Data: []byte(status)},
		})
		h.id("Uid")
		h.holds(21)
		h.limit("Max processes")
		h.cgroupDirs("pids")
		h.mountOf("/a/b")
		subordinate(subuid, "u", 0)
		parseOffset(subuid)
	})
}

// TestBehind finds files in what covers them, the last mount first.
func TestBehind(t *testing.T) {
	f := Failure{Facts: Facts{Root: "/root"}}
	f.Cover("/v", "/host")
	f.Cover("/v/file", "/other/file")
	f.Cover("/v/tmp", "")
	f.Cover("/w", "/old")
	f.Cover("/w", "/new")
	for file, want := range map[string]string{
		"/bin/p": "/root /bin/p", "/v": " /host", "/v/p": "/host /p", "/v/../v//p": "/host /p", "/vw/p": "/root /vw/p",
		"/v/file": " /other/file", "/v/filed": "/host /filed", "/v/tmp/p": "unseen", "/w/p": "/new /p",
	} {
		got := "unseen"
		if root, rest, ok := f.behind(file); ok {
			got = root + " " + rest
		}
		if got != want {
			t.Errorf("%s is %q, want %q", file, got, want)
		}
	}
}
