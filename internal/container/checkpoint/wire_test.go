package checkpoint

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestMessage writes the examples of the protobuf encoding's description.
func TestMessage(t *testing.T) {
	var m, inner message
	m.number(1, 150)
	m.text(2, "testing")
	inner.number(1, 150)
	m.part(3, inner)
	m.flag(16, true)
	m.flag(17, false)
	m.text(18, "")
	want := []byte("\x08\x96\x01\x12\x07testing\x1a\x03\x08\x96\x01\x80\x01\x01")
	if !bytes.Equal(m, want) {
		t.Errorf("the message is % x, want % x", []byte(m), want)
	}
}

// TestDecode reads answers as criu writes them.
func TestDecode(t *testing.T) {
	for _, c := range []struct {
		text string
		want answer
	}{
		{"\x08\x02\x10\x01\x22\x03\x08\xd2\x09", answer{kind: Restore, success: true, pid: 1234}},
		{"\x08\x06\x10\x01\x2a\x15\x0a\x10setup-namespaces\x10\x96\x01", answer{kind: notification, success: true, script: "setup-namespaces", pid: 150}},
		{"\x08\x01\x10\x00\x1a\x02\x08\x00\x38\x16\x4a\x03bad", answer{kind: Dump, failure: "bad"}},
		{"\x08\x02\x22\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", answer{kind: Restore, pid: -1}},
		{"\x79\x01\x02\x03\x04\x05\x06\x07\x08\x7d\x01\x02\x03\x04\x08\x01", answer{kind: Dump}}, // fields that are not known
	} {
		got, err := decode(message(c.text))
		if err != nil || *got != c.want {
			t.Errorf("%q: %+v (%v), want %+v", c.text, got, err, c.want)
		}
	}
}

func TestDecodeGarbage(t *testing.T) {
	for _, text := range []string{"\x08", "\x0a\x05ab", "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x00\x01", "\x0b", "\x79\x01",
		"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", "\x22\x02\x08", "\x2a\x01\x0a", "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f"} {
		if a, err := decode(message(text)); err == nil {
			t.Errorf("%q was read as %+v", text, a)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x08\x06\x10\x01\x2a\x15\x0a\x10setup-namespaces\x10\x96\x01"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if a, err := decode(message(text)); err == nil && len(a.script) > len(text) {
			t.Errorf("%q has a script of %d bytes", text, len(a.script))
		}
	})
}

// TestRequest reads back what a request says.
func TestRequest(t *testing.T) {
	images := t.TempDir()
	r := &Request{Kind: Dump, PID: 77, External: []string{"mnt[/a]:/b", "net[1]:x"},
		Options: &Options{Images: images, LeaveRunning: true, EmptyNet: true, Cgroups: CgroupsStrict, Parent: "../0", PageServer: Address{"::1", 9}}}
	defer r.Close()
	if err := r.Open(""); err != nil {
		t.Fatal(err)
	}
	numbers, texts := map[int]uint64{}, map[int]string{}
	err := r.options().fields(func(field int, n uint64, part message) {
		numbers[field] = n
		texts[field] += string(part) + ";"
	})
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[int]uint64{optPID: 77, optImagesDir: uint64(r.images.Fd()), optWorkDir: uint64(r.work.Fd()), optLeaveRunning: 1, optTrackMemory: 1, optEmptyNs: unix.CLONE_NEWNET, optCgroupsMode: 5} {
		if got, ok := numbers[field]; !ok || got != want {
			t.Errorf("field %d is %d (%v), want %d", field, got, ok, want)
		}
	}
	for field, want := range map[int]string{optExternal: "mnt[/a]:/b;net[1]:x;", optParent: "../0;", optPageServer: "\x0a\x03::1\x10\x09;"} {
		if texts[field] != want {
			t.Errorf("field %d is %q, want %q", field, texts[field], want)
		}
	}
	if _, ok := numbers[optSibling]; ok {
		t.Error("a dump has options of a restore")
	}
}

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]Address{"host:1": {"host", 1}, "[::1]:65535": {"::1", 65535}, ":80": {"", 80}} {
		if got, err := ParseAddress(text); err != nil || got != want {
			t.Errorf("%q: %v (%v), want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "host", "host:", "host:0", "host:65536", "host:-1", "host: 1", "::1:80", "host:4294967297"} {
		if got, err := ParseAddress(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestErrorIn(t *testing.T) {
	for line, want := range map[string]string{
		"(00.112968) Error (criu/files-reg.c:1790): Can't lookup mount=162 for fd=0\n": "Can't lookup mount=162 for fd=0",
		"(00.55) 1: Error (criu/image.c:635): Unable to open x.img: Permission denied": "Unable to open x.img: Permission denied",
		"(00.1) Error (criu/util.c:1534): rlimit: Can't setup RLIMIT_NOFILE for self":  "",
		"(00.1) Warn  (criu/x.c:1): slow":                                              "",
		"Error (unfinished":                                                            "",
	} {
		if got := errorIn(line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// TestStreamsFile reads what was written, and what runc writes.
func TestStreamsFile(t *testing.T) {
	dir, err := unix.Open(t.TempDir(), unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(dir)
	if s, err := keptStreams(dir); err != nil || s.standard[0] != "" {
		t.Errorf("of no file: %+v (%v)", s, err)
	}
	for _, s := range []streams{{standard: [3]string{"/dev/null", "pipe:[1]", "pipe:[2]"}}, {standard: [3]string{"file[1:2]"}, null: []string{"file[3:4]"}}} {
		if err := s.write(dir); err != nil {
			t.Fatal(err)
		}
		got, err := keptStreams(dir)
		if err != nil || got.standard != s.standard || strings.Join(got.null, " ") != strings.Join(s.null, " ") {
			t.Errorf("wrote %+v, read %+v (%v)", s, got, err)
		}
	}
}

// TestClearReadonly changes the root's flags in an image of two mounts, and no
// other byte.
func TestClearReadonly(t *testing.T) {
	mount := func(point string, flags int) (m message) {
		m.number(2, 7)
		m.number(mountFlags, flags)
		m.text(mountPoint, point)
		return append(message{byte(len(m)), 0, 0, 0}, m...)
	}
	const many = 1 << 21
	proc := mount("/proc", many|1)
	image := append(append([]byte("magicsXX"), proc...), mount("/", many|1)...)
	if err := clearReadonly(image); err != nil {
		t.Fatal(err)
	}
	before := len("magicsXX") + len(proc)
	if want := mount("/", many); !bytes.Equal(image[8:before], proc) || !bytes.Equal(image[before:], want) {
		t.Errorf("the image is now % x, want the root to be % x", image, want)
	}
	for _, text := range []string{"magicsXX\x01", "magicsXX\x02\x00\x00\x00\x28", "magicsXX\x01\x00\x00\x00\x28", "magicsXX\xff\xff\xff\xff"} {
		if clearReadonly([]byte(text)) == nil {
			t.Errorf("%q was read", text)
		}
	}
	if err := clearReadonly([]byte("magi")); err != nil {
		t.Error(err)
	}
}
