package oci_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// TestPropagation gives mounts the four ways to travel.
func TestPropagation(t *testing.T) {
	for _, c := range []struct{ option, top, below string }{
		{"shared", "shared", ""}, {"rshared", "shared", "shared"}, {"slave", "", ""}, {"private", "", ""}, {"rprivate", "", ""},
		{"unbindable", "unbindable", ""}, {"runbindable", "unbindable", "unbindable"}, {"", "", ""},
	} {
		t.Run(c.option, func(t *testing.T) {
			dir := volume(t)
			must(t, os.Mkdir(dir+"/below", 0o755))
			must(t, unix.Mount("tmpfs", dir+"/below", "tmpfs", 0, ""))
			list := mountsOf(t, bind(dir, "/mnt", append([]string{"rbind"}, strings.Fields(c.option)...)...))
			word := func(m mounted) string { name, _, _ := strings.Cut(m.travel, ":"); return name }
			same(t, "top", word(at(t, list, "/mnt")), c.top)
			same(t, "below", word(at(t, list, "/mnt/below")), c.below)
		})
	}
}

// TestSharedVolume has mounts travel through a volume that is shared: into the
// container, and out of it.
func TestSharedVolume(t *testing.T) {
	for _, c := range []struct {
		option, root string
		in, out      bool
	}{
		{"rshared", "rshared", true, true}, {"rslave", "rslave", true, false}, {"rslave", "", true, false}, {"rprivate", "", false, false}, {"rshared", "rslave", true, false}, {"", "", true, false},
	} {
		t.Run(c.option+" in "+c.root, func(t *testing.T) {
			dir := volume(t)
			must(t, unix.Mount("", dir, "", unix.MS_SHARED, ""))
			for _, d := range []string{"in", "out"} {
				must(t, os.Mkdir(filepath.Join(dir, d), 0o755))
			}
			b := running(t, func(s *specs.Spec) {
				s.Mounts = append(s.Mounts, bind(dir, "/mnt", append([]string{"rbind"}, strings.Fields(c.option)...)...))
				s.Linux.RootfsPropagation = c.root
				capabilities(s, "CAP_SYS_ADMIN")
			})
			must(t, unix.Mount("tmpfs", dir+"/in", "tmpfs", 0, ""))
			b.exec("mount -t tmpfs tmpfs /mnt/out")
			inside := b.exec("cat /proc/self/mountinfo")
			own, err := os.ReadFile("/proc/self/mountinfo")
			must(t, err)
			same(t, "in", strings.Contains(inside, " /mnt/in "), c.in)
			same(t, "out", strings.Contains(string(own), dir+"/out "), c.out)
			unix.Unmount(dir+"/out", unix.MNT_DETACH)
			must(t, unix.Unmount(dir+"/in", unix.MNT_DETACH))
		})
	}
}

func TestRootfsPropagation(t *testing.T) {
	for _, c := range []struct{ mode, want string }{
		{"shared", "shared"}, {"rshared", "shared"}, {"slave", ""}, {"rslave", ""}, {"private", ""}, {"rprivate", ""}, {"unbindable", "unbindable"}, {"runbindable", "unbindable"},
	} {
		list := mountsIn(says(t, "cat /proc/self/mountinfo", func(s *specs.Spec) { s.Linux.RootfsPropagation = c.mode }))
		word, _, _ := strings.Cut(at(t, list, "/").travel, ":")
		same(t, c.mode, word, c.want)
	}
}
