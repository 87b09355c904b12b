package seccomp

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"isle/internal/caps"

	moby "github.com/moby/profiles/seccomp"
)

// TestPrecompiled compares the filters that are checked in with those that the
// code gives now. UPDATE_GOLDEN=1 writes them.
func TestPrecompiled(t *testing.T) {
	for _, arch := range []Arch{AMD64, ARM64} {
		f, err := Compile(Default(Host{arch, []string{given, "CAP_CHOWN"}, newest}), arch)
		if err != nil {
			t.Fatal(err)
		}
		name := "default_" + arch.String() + ".bpf"
		if os.Getenv("UPDATE_GOLDEN") != "" {
			if err := os.WriteFile(name, f.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Flags != 0 || !bytes.Equal(got, f.Bytes()) {
			t.Errorf("%s is not what the default profile compiles to now (flags %#x): run with UPDATE_GOLDEN=1", name, f.Flags)
		}
		if !bytes.Equal(parseFilter(got).Bytes(), got) {
			t.Errorf("%s does not read back as itself", name)
		}
	}
}

// TestCompileDefault: what is precompiled is used only where it is right.
func TestCompileDefault(t *testing.T) {
	lists := [][]string{nil, {given}, {given, "CAP_CHOWN", "CAP_NET_RAW"}}
	for _, c := range asked {
		lists = append(lists, []string{c}, []string{given, c})
	}
	for _, list := range lists {
		for _, kernel := range [][2]uint64{{4, 7}, newest, {6, 18}} {
			h := Host{Native(), list, kernel}
			want, err := Compile(Default(h), h.Arch)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := CompileDefault(h); err != nil || got.Flags != want.Flags || !slices.Equal(got.Insns, want.Insns) {
				t.Errorf("with %v on Linux %v: not the filter that is compiled now (%v)", list, kernel, err)
			}
		}
	}
}

// TestAsked: what engines give is precompiled, and no rule depends on anything
// else.
func TestAsked(t *testing.T) {
	if h := (Host{Native(), caps.Default.Names(), [2]uint64{6, 18}}); !h.usual() {
		t.Error("the capabilities that engines give are not the usual ones")
	}
	for _, s := range moby.DefaultProfile().Syscalls {
		for _, f := range []*moby.Filter{s.Includes, s.Excludes} {
			if f == nil {
				continue
			}
			for _, c := range f.Caps {
				if !slices.Contains(asked[:], c) {
					t.Errorf("a rule depends on %s", c)
				}
			}
			if v := f.MinKernel; v != nil && slices.Compare([]uint64{v.Kernel, v.Major}, newest[:]) > 0 {
				t.Errorf("a rule depends on Linux %d.%d", v.Kernel, v.Major)
			}
		}
	}
}
