package rootfs

import (
	"archive/tar"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

const nobody = 65534

// TestOrdinaryUser runs all tests of this package again as an ordinary user.
func TestOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("skipped by an ordinary user: the others are run as one already")
	}
	area := scratch(t)
	tmp := filepath.Join(area, "tmp")
	if err := os.Mkdir(tmp, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{area, tmp} {
		if err := os.Chown(p, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	// Where the test's own file is, others may not look.
	self := filepath.Join(area, "self")
	copyFile(t, "/proc/self/exe", self)
	cmd := exec.Command(self, "-test.count=1", "-test.short")
	cmd.Dir, cmd.Env = tmp, []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + tmp, "HOME=" + tmp}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestUnpackOrdinary: what an ordinary user gets of an archive of user 0.
func TestUnpackOrdinary(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("skipped by user 0: TestOrdinaryUser runs it")
	}
	of := ownedBy(0, 0)
	caps := "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	recorded := func(i item) item { // pack gives owner 0:0 to the caller: say it by record
		return i.with(of).with(func(h *tar.Header) { h.PAXRecords = map[string]string{"VENDOR.x": "y"} })
	}
	root, stats := unpacked(t, pack(t,
		file("www", "").with(ownedBy(33, 33)).with(func(h *tar.Header) { h.Mode = 0o4755 }),
		recorded(node("null", tar.TypeChar, 1, 3)), hardlink("null2", "null"), node("fifo", tar.TypeFifo, 0, 0),
		file("cap", "x").with(func(h *tar.Header) {
			h.PAXRecords = map[string]string{paxXattr + fileCaps: caps, paxXattr + "user.ok": "v"}
			h.Mode = 0o444
		})), Options{})
	if st := mustStat(t, filepath.Join(root, "www")); st.Mode != 0o100755 || int(st.Uid) != os.Geteuid() {
		t.Errorf("www: %o of %d", st.Mode, st.Uid)
	}
	if _, err := os.Lstat(filepath.Join(root, "null2")); !os.IsNotExist(err) {
		t.Errorf("hard link to a device left out: %v", err)
	}
	if stats.Devices != 2 || stats.Xattrs != 1 || stats.Owners < 3 || stats.SetIDs != 1 {
		t.Errorf("%+v", stats)
	}
	mustStat(t, filepath.Join(root, "fifo"))
}
