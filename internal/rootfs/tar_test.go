package rootfs

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// sh runs a script in dir, in which $1, $2… are args.
func sh(t testing.TB, dir, script string, args ...string) {
	t.Helper()
	cmd := exec.Command("sh", append([]string{"-euc", script, "sh"}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
}

// needGNUTar: other programs of that name write other archives.
func needGNUTar(t testing.TB) {
	t.Helper()
	out, err := exec.Command("tar", "--version").Output()
	if err != nil || !bytes.Contains(out, []byte("GNU tar")) {
		t.Skip("skipped without GNU tar")
	}
}

// model is a tree with everything that a file system can hold.
const model = `
mkdir -p usr/lib etc dev tmp empty deep/$(printf 'a%.0s' $(seq 200))/$(printf 'b%.0s' $(seq 200))
(cd deep/a*/b*; echo long > $(printf 'c%.0s' $(seq 120)))
echo one > etc/one; ln etc/one etc/two; ln -s one etc/link; ln etc/link etc/link2
ln -s /nowhere/at/all dangling; ln -s usr/lib lib; ln -s ../../../.. usr/up
ln -s $(printf 'x%.0s' $(seq 300)) longlink
echo "ümläut" > 'usr/ü $x
y'
head -c 1000000 /dev/urandom > usr/lib/big; chmod 444 usr/lib/big
truncate -s 20M usr/sparse; printf x | dd of=usr/sparse bs=1 seek=9000000 conv=notrunc status=none
truncate -s 5M usr/hole; printf end >> usr/hole
mkfifo -m 640 dev/fifo
chmod 1777 tmp; touch -d '1999-12-31 23:59:59.987654321' etc/one usr empty
setfattr -n user.note -v hello etc/one 2>/dev/null || true; setfattr -n user.dir -v x empty 2>/dev/null || true
`

// rootModel adds what only user 0 can make.
const rootModel = `
cp /bin/true usr/su; chown 0:5 usr/su; chmod 6755 usr/su
touch usr/other; chown -h 1000:100 usr/other etc/link
mknod dev/null c 1 3; chmod 666 dev/null; mknod dev/sda b 8 0; ln dev/sda dev/again
chown 33:33 empty; chmod 2750 empty
setcap cap_net_raw+ep usr/other
`

func TestUnpackLikeTar(t *testing.T) {
	needGNUTar(t)
	for _, format := range []string{
		"--format=pax --xattrs --xattrs-include=*", "--format=gnu", "--format=gnu --sparse", "--format=oldgnu --sparse",
		"--format=pax --sparse --sparse-version=0.0", "--format=pax --sparse --sparse-version=0.1",
		"--format=pax --sparse --sparse-version=1.0",
	} {
		t.Run(format, func(t *testing.T) {
			area := scratch(t)
			sh(t, area, "mkdir model theirs && cd model"+model)
			if os.Geteuid() == 0 {
				sh(t, area, "cd model"+rootModel)
			}
			sh(t, area, "chmod 555 model/deep/a*; tar -c "+format+" -f model.tar -C model .")
			// Without --xattrs tar restores none, as there are none.
			sh(t, area, "tar -xp --xattrs --xattrs-include='*' -f model.tar -C theirs")
			f, err := os.Open(filepath.Join(area, "model.tar"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			stats, err := UnpackTo(ctx, f, filepath.Join(area, "ours"), Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := tree(t, filepath.Join(area, "theirs"))
			same(t, tree(t, filepath.Join(area, "ours")), want)
			if len(want) < 24 {
				t.Errorf("only %d files compared", len(want))
			}
			if stats.Devices+stats.Xattrs > 0 {
				t.Errorf("%+v", stats)
			}
			if bytes.Contains([]byte(format), []byte("--sparse")) {
				holes(t, filepath.Join(area, "ours/usr/sparse"), 20<<20)
				holes(t, filepath.Join(area, "ours/usr/hole"), 5<<20+3)
			}
		})
	}
}

func holes(t *testing.T, p string, size int64) {
	t.Helper()
	if st := mustStat(t, p); st.Size != size || st.Blocks*512 > 64<<10 {
		t.Errorf("%s has %d bytes in %d blocks", p, st.Size, st.Blocks)
	}
}

// TestUnpackOfUser0 is what an ordinary user cannot have: owners, devices, file
// capabilities, and owners shifted for a user namespace.
func TestUnpackOfUser0(t *testing.T) {
	needRoot(t)
	caps := "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	archive := pack(t, dir("d", 0o750).with(ownedBy(7, 8)),
		file("f", "x").with(ownedBy(1, 2)).with(func(h *tar.Header) {
			h.Mode = 0o6711
			h.PAXRecords = map[string]string{paxXattr + fileCaps: caps, paxXattr + "user.overlay.redirect": "/",
				paxXattr + "trusted.overlay.opaque": "y", paxXattr + "user.ok": "v"}
		}),
		symlink("l", "f").with(ownedBy(3, 4)), node("c", tar.TypeChar, 1, 3).with(ownedBy(5, 6)),
		node("whiteout", tar.TypeChar, 0, 0), file("implicit/f", "").with(ownedBy(9, 9)))
	for name, shift := range map[string]int{"as recorded": 0, "shifted": 100000} {
		t.Run(name, func(t *testing.T) {
			var opts Options
			if shift > 0 {
				opts.Chown = func(uid, gid int) (int, int, bool) { return uid + shift, gid + shift, true }
			}
			root, stats := unpacked(t, archive, opts)
			for p, id := range map[string]ids{"": {0, 0}, "d": {7, 8}, "f": {1, 2}, "l": {3, 4}, "c": {5, 6}, "implicit": {0, 0}} {
				st := mustStat(t, filepath.Join(root, p))
				if got := (ids{int(st.Uid) - shift, int(st.Gid) - shift}); got != id {
					t.Errorf("owner of %q is %v, want %v", p, got, id)
				}
			}
			if st := mustStat(t, filepath.Join(root, "f")); st.Mode != 0o106711 {
				t.Errorf("set-id bits lost: %o", st.Mode)
			}
			if st := mustStat(t, filepath.Join(root, "c")); st.Mode != unix.S_IFCHR|0o620 || st.Rdev != unix.Mkdev(1, 3) {
				t.Errorf("device: %o %x", st.Mode, st.Rdev)
			}
			if stats.Devices != 1 || stats.Xattrs != 2 || stats.Owners != 0 {
				t.Errorf("%+v", stats)
			}
			want := caps
			if shift > 0 {
				want = "\x01\x00\x00\x03" + caps[4:] + "\xa0\x86\x01\x00"
			}
			buf := make([]byte, 64)
			n, err := unix.Getxattr(filepath.Join(root, "f"), fileCaps, buf)
			if err != nil || string(buf[:n]) != want {
				t.Errorf("capabilities %x %v", buf[:max(n, 0)], err)
			}
		})
	}
}

func ownedBy(uid, gid int) func(h *tar.Header) {
	return func(h *tar.Header) { h.Uid, h.Gid = uid, gid }
}

// TestUnpackOwnersLost: where owners cannot be kept, set-id bits of others are
// not turned into those of the caller.
func TestUnpackOwnersLost(t *testing.T) {
	lose := Options{Chown: func(int, int) (int, int, bool) { return 0, 0, false }}
	setid := func(h *tar.Header) { h.Mode = 0o6755 }
	root, stats := unpacked(t, pack(t, file("www", "").with(ownedBy(33, 0)).with(setid),
		file("mail", "").with(ownedBy(0, 8)).with(setid)), lose)
	for p, mode := range map[string]uint32{"www": 0o102755, "mail": 0o104755} {
		st := mustStat(t, filepath.Join(root, p))
		if st.Mode != mode || int(st.Uid) != os.Geteuid() {
			t.Errorf("%s: %o of %d", p, st.Mode, st.Uid)
		}
	}
	if stats.SetIDs != 2 {
		t.Errorf("%+v", stats)
	}
}

// TestUnpackLayer applies a layer on a root with whiteouts in every position.
func TestUnpackLayer(t *testing.T) {
	root, _ := unpacked(t, pack(t, dir("gone", 0o555), file("gone/a/b", ""), file("kept", "old"), file("changed", "old"),
		dir("opaque", 0o500), file("opaque/old/x", ""), file("opaque/both/old", ""), file("mixed/old", ""), dir("ro", 0o555)), Options{})
	before := mustStat(t, filepath.Join(root, "ro"))
	_, err := Unpack(ctx, bytes.NewReader(pack(t, file("opaque/new", "n"), file("opaque/.wh..wh..opq", ""), file("opaque/both/new", ""),
		file(".wh.gone", ""), file(".wh.absent", ""), file("no/such/.wh.thing", ""), file("changed", "new"), file(".wh.changed", ""),
		file("mixed/new", ""), file(".wh.mixed", ""), file("ro/added", ""), file(".wh..wh.aufs", ""))), root, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for p := range tree(t, root) {
		got = append(got, p)
	}
	want := map[string]bool{".": true, "kept": true, "changed": true, "opaque": true, "opaque/new": true, "opaque/both": true,
		"opaque/both/new": true, "mixed": true, "mixed/new": true, "ro": true, "ro/added": true}
	for _, p := range got {
		if !want[p] {
			t.Errorf("%s was not hidden", p)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %v", got)
	}
	if read(t, filepath.Join(root, "changed")) != "new" {
		t.Error("a whiteout hid a file of its own layer")
	}
	if after := mustStat(t, filepath.Join(root, "ro")); after.Mode != before.Mode || after.Mtim != before.Mtim {
		t.Errorf("a directory the layer does not name changed: %o %v", after.Mode, after.Mtim)
	}
}

func TestUnpackFreshWhiteouts(t *testing.T) {
	root, _ := unpacked(t, pack(t, file("a", ""), file(".wh.a", ""), file(".wh..wh..opq", "")), Options{})
	if got := tree(t, root); len(got) != 2 {
		t.Errorf("got %v", got)
	}
}

// TestUnpackFromPipe: an archive need not be a file.
func TestUnpackFromPipe(t *testing.T) {
	r, w := io.Pipe()
	archive := bulk(t, 100)
	go func() { _, err := w.Write(archive); w.CloseWithError(err) }()
	if _, err := UnpackTo(ctx, r, filepath.Join(scratch(t), "root"), Options{}); err != nil {
		t.Error(err)
	}
}
