package bundle

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/runtime-spec/specs-go"
)

// TestExampleIsRuncs compares Example with what runc 1.1 wrote as root on cgroups
// of version 1. What runc has changed since is named here.
func TestExampleIsRuncs(t *testing.T) {
	for _, rootless := range []bool{false, true} {
		name := "testdata/configs/runc-spec.json"
		if rootless {
			name = "testdata/configs/runc-spec-rootless.json"
		}
		want, err := Decode(readTest(t, name))
		if err != nil {
			t.Fatal(err)
		}
		want.Version = "1.3.0"
		want.Hostname = "isle"
		want.Process.Capabilities.Ambient = nil
		want.Linux.MaskedPaths = append(want.Linux.MaskedPaths, "/sys/devices/virtual/tpm")
		got := Example(rootless)
		got.Linux.Namespaces = slices.DeleteFunc(got.Linux.Namespaces, func(ns specs.LinuxNamespace) bool { return ns.Type == "cgroup" })
		if rootless {
			want.Linux.UIDMappings[0].HostID, want.Linux.GIDMappings[0].HostID = uint32(os.Geteuid()), uint32(os.Getegid())
		}
		if diff := cmp.Diff(read(t, want), read(t, got)); diff != "" {
			t.Errorf("rootless %v: -runc +isle\n%s", rootless, diff)
		}
	}
}

// read returns what is read of spec once it is written.
func read(t *testing.T, spec *specs.Spec) *specs.Spec {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, spec); err != nil {
		t.Fatal(err)
	}
	got, err := Decode(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestWrite(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, &specs.Spec{Version: "1.3.0", Hostname: "<&>", Root: &specs.Root{Path: "rootfs"}}); err != nil {
		t.Fatal(err)
	}
	want := "{\n\t\"ociVersion\": \"1.3.0\",\n\t\"root\": {\n\t\t\"path\": \"rootfs\"\n\t},\n\t\"hostname\": \"<&>\"\n}\n"
	if out.String() != want {
		t.Errorf("%q", out.String())
	}
	if err := Write(full{}, Example(true)); err == nil || !strings.HasPrefix(err.Error(), "write the configuration: ") {
		t.Errorf("onto a full disk: %v", err)
	}
}

// full is a file on a disk that is full.
type full struct{}

func (full) Write([]byte) (int, error) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return f.Write([]byte("x"))
}

// TestExamplesShareNothing changes one example and looks at the next.
func TestExamplesShareNothing(t *testing.T) {
	first := Example(false)
	first.Linux.MaskedPaths[0], first.Linux.ReadonlyPaths[0], first.Mounts[0].Destination = "x", "x", "x"
	first.Process.Capabilities.Bounding[0] = "x"
	if second := Example(false); second.Linux.MaskedPaths[0] == "x" || second.Linux.ReadonlyPaths[0] == "x" ||
		second.Mounts[0].Destination == "x" || second.Process.Capabilities.Bounding[0] == "x" || first.Process.Capabilities.Effective[0] == "x" {
		t.Error("two examples share a list")
	}
}
