package run_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"isle/test/programs"
)

// A canary is a directory of the host's that a hostile root points to: nothing
// in it may change, and nothing of it may be seen inside.
type canary struct {
	t      *testing.T
	dir    string
	before string
}

const secret = "secret-of-the-host"

func newCanary(t *testing.T) *canary {
	t.Helper()
	c := &canary{t: t, dir: openDir(t)}
	for _, d := range []string{"proc", "sys", "dev", "etc", "vol"} {
		if err := os.Mkdir(filepath.Join(c.dir, d), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(c.dir, "etc/passwd"), "root:x:0:0::/"+secret+":/bin/sh\n"+secret+":x:0:0::/:/bin/sh\n")
	write(t, filepath.Join(c.dir, "vol", secret), "")
	c.before = c.state()
	return c
}

// state is what can be told from outside about the directory and its mounts.
func (c *canary) state() string {
	var all strings.Builder
	filepath.Walk(c.dir, func(path string, info os.FileInfo, err error) error {
		fmt.Fprintln(&all, path, info.Mode(), info.Size(), info.ModTime(), err)
		return nil
	})
	return all.String() + strings.Join(mountsBelow(c.t, c.dir), "\n")
}

func mountsBelow(t *testing.T, dir string) []string {
	lines := strings.Split(read(t, "/proc/self/mountinfo"), "\n")
	return slices.DeleteFunc(lines, func(l string) bool { return !strings.Contains(l, dir) })
}

// links are the ways to write a link that would lead to a path of the host.
func (c *canary) links(path string) []string {
	out := filepath.Join(c.dir, path)
	return []string{out, strings.Repeat("../", 40) + out, "/proc/self/root" + out, "/proc/1/root" + out, "/proc/self/fd/3/" + path}
}

// try runs isle, with the canary open as descriptor 3, and looks whether it lives.
func (c *canary) try(what string, args ...string) result {
	c.t.Helper()
	cmd := command(c.t, args...)
	dir, err := os.Open(c.dir)
	if err != nil {
		c.t.Fatal(err)
	}
	defer dir.Close()
	cmd.ExtraFiles = []*os.File{dir}
	r := finish(c.t, cmd)
	if now := c.state(); now != c.before {
		c.t.Errorf("%s: changed the host:\n%s\nbefore:\n%s", what, now, c.before)
	}
	if strings.Contains(r.out, secret) {
		c.t.Errorf("%s: the host is seen inside: %s", what, r.out)
	}
	return r
}

var look = []string{"/bin/probe", "env", ",", "write", "/dev/shm/x", "x", ",", "ls", "/dev", ",", "ls", "/sys", ",", "ls", "/proc", ",", "ls", "/"}

// replace puts a link in the place of something in a root.
func replace(t *testing.T, root, name, target string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

// TestSystemDirectoriesAsLinks: /proc, /sys and /dev of a root must be none, so
// that nothing else decides where they go; other directories may.
func TestSystemDirectoriesAsLinks(t *testing.T) {
	c := newCanary(t)
	for _, dir := range []string{"proc", "sys", "dev"} {
		for _, target := range append(c.links(dir), "/etc", "/home/..", "/"+map[string]string{"proc": "dev", "dev": "proc", "sys": "proc"}[dir], dir) {
			root := newRoot(t)
			replace(t, root, dir, target)
			what := "/" + dir + " -> " + target
			if r := c.try(what, append([]string{"--rootfs", root}, look...)...); r.code != 125 || !strings.Contains(r.err, "/"+dir+" in the root, which must be no link") {
				t.Errorf("%s: %+v", what, r)
			}
		}
	}
	for _, target := range c.links("etc") {
		root := newRoot(t)
		replace(t, root, "etc", target)
		c.try("/etc -> "+target, append([]string{"--rootfs", root}, look...)...)
		if r := c.try("/etc -> "+target, "--rootfs", root, "-u", secret, "/bin/probe", "id"); r.code != 125 {
			t.Errorf("/etc -> %s: user of the host: %+v", target, r)
		}
	}
}

// TestHostileArchives: the same in archives, where they are unpacked first.
func TestHostileArchives(t *testing.T) {
	c := newCanary(t)
	for _, name := range []string{"proc", "dev", "etc", "etc/passwd"} {
		for _, target := range c.links(name)[:2] {
			root := newRoot(t)
			replace(t, root, name, target)
			c.try(name+" -> "+target, append([]string{"--rootfs", archive(t, root)}, look...)...)
		}
	}
}

// TestSystemFilesInTheWay: what lies below or in place of the directories.
func TestSystemFilesInTheWay(t *testing.T) {
	c := newCanary(t)
	root := newRoot(t)
	if err := os.Mkdir(filepath.Join(root, "dev"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"dev/pts", "dev/shm", "dev/null", "dev/mqueue"} {
		replace(t, root, name, c.dir+"/dev")
	}
	if r := c.try("links in /dev", append([]string{"--rootfs", root}, look...)...); r.code != 0 {
		t.Errorf("links in /dev are covered: %+v", r)
	}
	for _, dir := range []string{"proc", "sys", "dev"} {
		root := newRoot(t)
		write(t, filepath.Join(root, dir), "a file")
		if r := c.try(dir+" is a file", "--rootfs", root, "/bin/probe", "id"); r.code != 125 {
			t.Errorf("/%s is a file: %+v", dir, r)
		}
	}
}

// TestMountsThroughLinks: a volume goes to where a link leads in the root, or nowhere.
func TestMountsThroughLinks(t *testing.T) {
	c := newCanary(t)
	dir, file := shelf(t)
	for _, target := range c.links("vol") {
		root := newRoot(t)
		replace(t, root, "l", target)
		for _, args := range [][]string{{"-v", dir + ":/l"}, {"-v", dir + ":/l/sub"}, {"-v", file + ":/l/f"}, {"-v", file + ":/l"}, {"--tmpfs", "/l"}, {"--tmpfs", "/l/a/b"}} {
			c.try(fmt.Sprint(args, " with /l -> ", target), append(append([]string{"--rootfs", root}, args...), look...)...)
		}
	}
	root := newRoot(t)
	replace(t, root, "l", strings.Repeat("../", 40)+"home")
	want(t, 0, "of the host", "--rootfs", root, "-v", dir+":/l/v", "/bin/probe", "cat", "/home/v/file")
}

// TestMountsBesideRenames: while something on the host is renamed, the kernel
// cannot say whether ".." left the root, and wants to be asked again.
func TestMountsBesideRenames(t *testing.T) {
	dir, _ := shelf(t)
	root := newRoot(t)
	replace(t, root, "l", strings.Repeat("../", 40)+"home")
	stop, ended, scratch := make(chan struct{}), make(chan struct{}), t.TempDir()
	defer func() { close(stop); <-ended }()
	go func() {
		defer close(ended)
		one, other := filepath.Join(scratch, "one"), filepath.Join(scratch, "other")
		os.Mkdir(one, 0o755)
		for {
			select {
			case <-stop:
				return
			default:
				os.Rename(one, other)
				os.Rename(other, one)
			}
		}
	}()
	for range 30 {
		want(t, 0, "of the host", "--rootfs", root, "-v", dir+":/l/v", "/bin/probe", "cat", "/home/v/file")
	}
}

// TestInterpreterIsIsle: a script whose interpreter is the process's own file
// would have isle executed inside, and so within reach (CVE-2019-5736).
func TestInterpreterIsIsle(t *testing.T) {
	root := newRoot(t)
	if err := os.WriteFile(filepath.Join(root, "bin/evil"), []byte("#!/proc/self/exe --version\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, init := range [][]string{nil, {"--init"}} {
		if r := run(t, append(append([]string{"--rootfs", root}, init...), "/bin/evil")...); r.code == 0 || strings.Contains(r.out, "isle") {
			t.Errorf("%v: isle was executed inside: %+v", init, r)
		}
	}
}

// TestHiddenFilesAreNotTheHosts: what is hidden is covered by the host's own
// null device, whose mode and owner are not the program's to change.
func TestHiddenFilesAreNotTheHosts(t *testing.T) {
	before, err := os.Stat("/dev/null")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		after, err := os.Stat("/dev/null")
		if err != nil || after.Mode() != before.Mode() {
			os.Chmod("/dev/null", before.Mode().Perm())
			t.Errorf("/dev/null of the host was %v, and then %v (%v)", before.Mode(), after.Mode(), err)
		}
	})
	root := newRoot(t)
	for _, name := range []string{"/proc/keys", "/proc/timer_list", "/proc/kcore"} {
		if r := run(t, "--rootfs", root, "/bin/probe", "chmod", name); r.code == 0 {
			t.Errorf("%s could be changed", name)
		}
	}
}

// TestWorkingDirectoryThroughLinks: no descriptor that is still open is a way out.
func TestWorkingDirectoryThroughLinks(t *testing.T) {
	c := newCanary(t)
	root := newRoot(t)
	for i, target := range append(c.links("vol"), "/proc/self/fd/3", "/proc/self/cwd", "/proc/1/cwd") {
		name := fmt.Sprint("/l", i)
		replace(t, root, name, target)
		for _, w := range []string{name, name + "/vol", target} {
			r := c.try("-w "+w+", "+name+" -> "+target, "--rootfs", root, "-w", w, "/bin/probe", "pwd", ",", "ls", ".")
			if strings.HasPrefix(w, "/") && r.code != 125 {
				t.Errorf("-w %s: %+v", w, r)
			}
		}
	}
	for fd := range 40 {
		w := fmt.Sprint("/proc/self/fd/", fd)
		if r := c.try("-w "+w, "--rootfs", root, "-w", w, "/bin/probe", "pwd"); r.code != 125 {
			t.Errorf("-w %s: %+v", w, r)
		}
	}
}

// TestProgramThroughLinks: isle's own file is not executed inside, nor one of the host's.
func TestProgramThroughLinks(t *testing.T) {
	c := newCanary(t)
	if err := programs.Copy(probePath, filepath.Join(c.dir, "probe")); err != nil {
		t.Fatal(err)
	}
	c.before = c.state()
	root := newRoot(t)
	for i, target := range append(c.links("probe"), "/proc/self/exe", "/proc/1/exe") {
		name := fmt.Sprint("l", i)
		replace(t, root, "bin/"+name, target)
		for _, program := range []string{"/bin/" + name, name, target} {
			for _, init := range []string{"--init", "--env=A=1"} {
				if r := c.try(program+" -> "+target, "--rootfs", root, init, program, "say", secret); r.code != 126 && r.code != 127 {
					t.Errorf("%s -> %s: %+v", program, target, r)
				}
			}
		}
	}
}

func TestPasswdInTheWay(t *testing.T) {
	for name, make := range map[string]func(path string) error{
		"fifo":      func(p string) error { return unix.Mkfifo(p, 0o644) },
		"directory": func(p string) error { return os.Mkdir(p, 0o755) },
		"sparse":    func(p string) error { return os.WriteFile(p, nil, 0o644) },
		"loop":      func(p string) error { return os.Symlink("passwd", p) },
	} {
		root := newRoot(t)
		path := filepath.Join(root, "etc/passwd")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := make(path); err != nil {
			t.Fatal(err)
		}
		if name == "sparse" {
			if err := os.Truncate(path, 3<<30); err != nil {
				t.Fatal(err)
			}
		}
		want(t, 125, "passwd of the root", "--rootfs", root, "-u", "bob", "/bin/probe", "id")
	}
	root := newRoot(t)
	write(t, filepath.Join(root, "etc/passwd"), "bob:x:none:1000::/:/bin/sh\nroot:x:0:0::relative=home:sh\n")
	want(t, 125, `line 1 of /etc/passwd of the root: invalid id "none"`, "--rootfs", root, "-u", "bob", "/bin/probe", "id")
	want(t, 0, "HOME=/\n", "--rootfs", root, "/bin/probe", "env")
}

func TestLinkLoops(t *testing.T) {
	root := newRoot(t)
	for i := range 45 {
		replace(t, root, fmt.Sprint("deep", i), fmt.Sprint("deep", i+1))
	}
	if err := os.Mkdir(filepath.Join(root, "deep45"), 0o755); err != nil {
		t.Fatal(err)
	}
	replace(t, root, "loop", "loop")
	for _, name := range []string{"/deep0", "/loop"} {
		want(t, 125, "Too many levels of symbolic links", "--rootfs", root, "-v", "/:"+name, "/bin/probe", "id")
		want(t, 125, "Too many levels of symbolic links", "--rootfs", root, "-w", name, "/bin/probe", "id")
	}
	want(t, 0, "/deep45\n", "--rootfs", root, "-w", "/deep30", "/bin/probe", "pwd")
}

// TestOldRootIsGone: no way leads back.
func TestOldRootIsGone(t *testing.T) {
	c := newCanary(t)
	root := newRoot(t)
	r := c.try("ways back", "--rootfs", root, "/bin/probe", "link", "/proc/1/root", ",", "ls", "/proc/1/root"+c.dir+"/vol", ",",
		"ls", strings.Repeat("../", 60)+c.dir+"/vol", ",", "link", "/proc/self/cwd", ",", "ls", "/proc/self/fd/3/vol")
	if !strings.HasPrefix(r.out, "/\n") || strings.Count(r.out, "error:") != 3 {
		t.Errorf("%+v", r)
	}
	mounts := run(t, "--rootfs", root, "--cap-add", "SYS_ADMIN", "/bin/probe", "cat", "/proc/self/mountinfo").out
	for _, line := range strings.Split(strings.TrimSpace(mounts), "\n") {
		at := strings.Fields(line)[4]
		if at != "/" && !strings.HasPrefix(at, "/proc") && !strings.HasPrefix(at, "/sys") && !strings.HasPrefix(at, "/dev") {
			t.Errorf("a mount of the host is left: %s", line)
		}
	}
}
