package run_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shelf makes a directory and a file of the host's to be bound.
func shelf(t *testing.T) (dir, file string) {
	t.Helper()
	dir = t.TempDir()
	file = filepath.Join(dir, "file")
	write(t, file, "of the host\n")
	return dir, file
}

func TestVolumes(t *testing.T) {
	dir, file := shelf(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	root := newRoot(t)
	for volume, words := range map[string][]string{
		dir + ":/v":                {"cat", "/v/file", ",", "write", "/v/new", "x"},
		dir + ":/v:ro":             {"cat", "/v/file"},
		file + ":/etc/deep/in/f":   {"cat", "/etc/deep/in/f"},
		file + ":/etc/passwd:ro":   {"cat", "/etc/passwd"},
		link + ":/a/b/c":           {"cat", "/a/b/c/file"},
		dir + ":/a/../../b":        {"cat", "/b/file"},
		dir + ":/dev/v":            {"cat", "/dev/v/file"},
		dir + ":/mnt:rbind,noexec": {"cat", "/mnt/file"},
	} {
		want(t, 0, "of the host\n", append([]string{"--rootfs", root, "-v", volume, "/bin/probe"}, words...)...)
	}
	if got := read(t, filepath.Join(dir, "new")); got != "x" {
		t.Errorf("the host sees %q", got)
	}
	want(t, 1, "read-only file system", "--rootfs", root, "-v", dir+":/v:ro", "/bin/probe", "write", "/v/x", "x")
	want(t, 0, "ro,nosuid,nodev,noexec", "--rootfs", root, "-v", dir+":/v:ro,nosuid,nodev,noexec", "/bin/probe", "mount", "/v")
	want(t, 0, "of the host\n", "-v", dir+":/srv/v", "cat", "/srv/v/file") // in an overlay of the host
}

// TestRelativeVolume: a source is what it is in isle's working directory.
func TestRelativeVolume(t *testing.T) {
	dir, _ := shelf(t)
	cmd := command(t, "--rootfs", newRoot(t), "-v", ".:/v", "-v", "file:/f", "/bin/probe", "cat", "/v/file", "/f")
	cmd.Dir = dir
	if r := finish(t, cmd); r.code != 0 || r.out != "of the host\nof the host\n" {
		t.Errorf("%+v", r)
	}
}

func TestMountOptions(t *testing.T) {
	dir, _ := shelf(t)
	root := newRoot(t)
	for arg, part := range map[string]string{
		"type=bind,src=" + dir + ",dst=/v,readonly":                         "/v " + "ro",
		"type=bind,source=" + dir + ",target=/v,ro=true":                    "/v " + "ro",
		"type=bind,source=" + dir + ",destination=/v,ro=false":              "/v " + "rw",
		"type=bind,src=" + dir + ",dst=/v,bind-propagation=rprivate,nosuid": "/v " + "rw,nosuid",
		"type=tmpfs,dst=/v,size=1m,mode=0700":                               "size=1024k,mode=700",
		"type=tmpfs,dst=/v,tmpfs-size=1m,tmpfs-mode=0700":                   "size=1024k,mode=700",
		"type=proc,dst=/v,nosuid":                                           "proc rw,nosuid",
	} {
		r := want(t, 0, "", "--rootfs", root, "--mount", arg, "/bin/probe", "mount", "/v")
		if got := strings.Replace(r.out, "/v "+strings.Fields(r.out)[1]+" ", "/v ", 1) + r.out; !strings.Contains(got, part) {
			t.Errorf("--mount %s: %s, want %q", arg, r.out, part)
		}
	}
}

func TestTmpfs(t *testing.T) {
	root := newRoot(t)
	want(t, 0, "tmpfs rw,nosuid,nodev", "--rootfs", root, "--tmpfs", "/t", "/bin/probe", "write", "/t/x", "x", ",", "mount", "/t")
	want(t, 0, "ro,nosuid,nodev,noexec", "--rootfs", root, "--tmpfs", "/t:size=4k,mode=700,noexec,ro", "/bin/probe", "mount", "/t")
	want(t, 1, "no space left", "--rootfs", root, "--tmpfs", "/t:size=4k", "/bin/probe", "write", "/t/x", strings.Repeat("x", 9000))
}

// TestMountsRefused: each bad mount is one line, and the status 125.
func TestMountsRefused(t *testing.T) {
	dir, file := shelf(t)
	for _, c := range [][3]string{
		{"-v", dir + "/none:/v", "no such file or directory"},
		{"-v", dir + ":v", "with an absolute DST"}, {"-v", dir, "with an absolute DST"}, {"-v", ":/v", "with an absolute DST"},
		{"-v", dir + ":/v:odd", `unknown option "odd" of a bind`},
		{"-v", dir + ":/", "would cover the root itself"}, {"-v", dir + ":/x/..", "would cover the root itself"},
		{"-v", dir + ":/etc/passwd", "is a directory and /etc/passwd is not"},
		{"-v", file + ":/home", "/home is a directory and"},
		{"-v", dir + ":/proc/none", "in the root"},
		{"--mount", "", "no type="}, {"--mount", "src=x,dst=/v", "no type="}, {"--mount", "type=bind,src=x", "no dst="},
		{"--mount", "type=bind,dst=/v", "needs src="}, {"--mount", "type=volume,src=x,dst=/v", "keeps no volumes"},
		{"--mount", "type=bind,src=/,dst=/v,ro=perhaps", "true or false"}, {"--mount", "type=bind,src=/,dst=v", "not an absolute path"},
		{"--mount", "type=bind,src=/,dst=/v,bind-propagation=shared", "are private"}, {"--mount", "type=nosuchfs,dst=/v", `"nosuchfs"`},
		{"--tmpfs", "v", "not an absolute path"}, {"--tmpfs", "/v:size=much", "Invalid argument"},
	} {
		want(t, 125, c[2], "--rootfs", newRoot(t), c[0], c[1], "/bin/probe", "id")
	}
}

// TestReadOnly: the root is, what is mounted in it is as it was asked for.
func TestReadOnly(t *testing.T) {
	dir, _ := shelf(t)
	root := newRoot(t)
	words := []string{"/bin/probe", "write", "/v/x", "x", ",", "write", "/t/x", "x", ",", "write", "/dev/shm/x", "x", ",", "write", "/dev/null", "x", ",", "say", "fine", ",", "write", "/tmp/x", "x"}
	for _, rootfs := range []string{root, archive(t, root)} {
		r := want(t, 1, "fine\nerror: open /tmp/x: read-only file system", append([]string{"--rootfs", rootfs, "--read-only", "-v", dir + ":/v", "--tmpfs", "/t"}, words...)...)
		if !strings.HasPrefix(r.out, "fine") {
			t.Errorf("what is mounted in the root cannot be written to: %s", r.out)
		}
	}
	home := t.TempDir()
	for _, file := range []string{"/etc/isle-test", "/usr/isle-test", "/isle-test", home + "/x"} {
		want(t, 1, "Read-only file system", "--read-only", "touch", file)
	}
}
