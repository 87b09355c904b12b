package tree

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/resolve"
)

// Writer writes files into an archive.
type Writer struct {
	t *tar.Writer
	// Own leaves out what is mounted below the root: there is an empty folder or
	// file in its place.
	Own bool
	// Nodes has devices written too.
	Nodes bool
	layer bool // an upper folder of overlayfs, as a layer of an image

	links map[[2]uint64]string // files with several names, by the first of them
	depth int
}

// NewWriter returns one that writes to w.
func NewWriter(w io.Writer) *Writer {
	return &Writer{t: tar.NewWriter(w), links: map[[2]uint64]string{}}
}

// Close ends the archive.
func (w *Writer) Close() error { return w.t.Close() }

// Add writes what is at a path of a root, folders with all that is in them, under
// a name; "." is the contents of a folder alone.
func (w *Writer) Add(r Root, from, name string) error {
	fd, err := r.Open(from)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if name != "." {
		return w.entry(fd, name)
	}
	return w.contents(fd, "")
}

// deepest is how many folders may be in folders: each is an open descriptor.
const deepest = 4000

func (w *Writer) contents(fd int, name string) error {
	dir, err := os.Open(procPath(fd))
	if err != nil {
		return fmt.Errorf("read folder %s: %w", name, unwrap(err))
	}
	names, err := dir.Readdirnames(-1)
	dir.Close()
	if err != nil {
		return fmt.Errorf("read folder %s: %w", name, unwrap(err))
	}
	if w.depth++; w.depth > deepest {
		return fmt.Errorf("%.80s...: there are more than %d folders in folders", name, deepest)
	}
	slices.Sort(names)
	for _, child := range names {
		if err := w.child(fd, child, path.Join(name, child)); err != nil {
			return err
		}
	}
	w.depth--
	return nil
}

func (w *Writer) child(dir int, name, as string) error {
	var how uint64
	if w.Own {
		how = unix.RESOLVE_NO_XDEV
	}
	fd, err := resolve.Open(dir, name, unix.O_PATH|unix.O_NOFOLLOW, how)
	switch {
	case err == unix.ENOENT: // removed meanwhile
		return nil
	case err == unix.EXDEV:
		return w.mountPoint(dir, name, as)
	case err != nil:
		return fmt.Errorf("open %s: %w", as, err)
	}
	defer unix.Close(fd)
	return w.entry(fd, as)
}

// mountPoint writes an empty folder or file where something is mounted.
func (w *Writer) mountPoint(dir int, name, as string) error {
	var st unix.Stat_t
	if err := unix.Fstatat(dir, name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return err
	}
	h := &tar.Header{Name: as, Mode: 0o644, Typeflag: tar.TypeReg, ModTime: time.Unix(0, 0)}
	if st.Mode&unix.S_IFMT == unix.S_IFDIR {
		h.Name, h.Mode, h.Typeflag = as+"/", 0o755, tar.TypeDir
	}
	return w.t.WriteHeader(h)
}

// entry writes a file, or a folder with all that is in it.
func (w *Writer) entry(fd int, name string) error {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return fmt.Errorf("look at %s: %w", name, err)
	}
	if w.layer && whiteout(&st) {
		return w.t.WriteHeader(&tar.Header{Name: path.Join(path.Dir(name), ".wh."+path.Base(name)), Typeflag: tar.TypeReg, Mode: 0o600, ModTime: time.Unix(st.Mtim.Unix())})
	}
	h, err := w.header(fd, name, &st)
	if h == nil || err != nil {
		return err
	}
	if h.Typeflag != tar.TypeReg {
		err = w.t.WriteHeader(h)
	} else {
		err = w.file(fd, h)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if h.Typeflag != tar.TypeDir {
		return nil
	}
	if w.layer && opaque(fd) {
		if err := w.t.WriteHeader(&tar.Header{Name: path.Join(name, ".wh..wh..opq"), Typeflag: tar.TypeReg, Mode: 0o600}); err != nil {
			return err
		}
	}
	return w.contents(fd, name)
}

// file writes a regular file: as many bytes as its header says, though it may
// have become shorter or longer meanwhile.
func (w *Writer) file(fd int, h *tar.Header) error {
	f, err := reopen(fd)
	if err != nil {
		return unwrap(err)
	}
	defer f.Close()
	if err := w.t.WriteHeader(h); err != nil {
		return err
	}
	n, err := io.Copy(w.t, io.LimitReader(f, h.Size))
	if err == nil && n < h.Size {
		_, err = io.CopyN(w.t, zeros{}, h.Size-n)
	}
	return err
}

type zeros struct{}

// Read implements io.Reader.
func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// unwrap is an error without the path by which a descriptor was opened again.
func unwrap(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// header is that of a file; nil if the file cannot be in an archive.
func (w *Writer) header(fd int, name string, st *unix.Stat_t) (*tar.Header, error) {
	h := &tar.Header{Name: name, Mode: int64(st.Mode & 0o7777), Uid: int(st.Uid), Gid: int(st.Gid), ModTime: time.Unix(st.Mtim.Unix()), Format: tar.FormatPAX}
	kind := st.Mode & unix.S_IFMT
	switch kind {
	case unix.S_IFDIR:
		h.Typeflag, h.Name = tar.TypeDir, name+"/"
	case unix.S_IFREG:
		h.Typeflag, h.Size = tar.TypeReg, st.Size
	case unix.S_IFLNK:
		h.Typeflag = tar.TypeSymlink
		to := make([]byte, unix.PathMax)
		n, err := unix.Readlinkat(fd, "", to)
		if err != nil {
			return nil, fmt.Errorf("read the link %s: %w", name, err)
		}
		h.Linkname = string(to[:n])
	case unix.S_IFIFO:
		h.Typeflag = tar.TypeFifo
	case unix.S_IFCHR, unix.S_IFBLK:
		if !w.Nodes {
			return nil, nil
		}
		h.Typeflag, h.Devmajor, h.Devminor = tar.TypeChar, int64(unix.Major(st.Rdev)), int64(unix.Minor(st.Rdev))
		if kind == unix.S_IFBLK {
			h.Typeflag = tar.TypeBlock
		}
	default: // a socket
		return nil, nil
	}
	if kind != unix.S_IFDIR && st.Nlink > 1 {
		key := [2]uint64{st.Dev, st.Ino}
		if first, seen := w.links[key]; seen {
			h.Typeflag, h.Linkname, h.Size = tar.TypeLink, first, 0
			return h, nil
		}
		w.links[key] = name
	}
	if kind == unix.S_IFREG || kind == unix.S_IFDIR {
		h.PAXRecords = attributes(fd)
	}
	return h, nil
}

// attributes are a file's extended attributes, but for those of overlayfs and of
// this host's security modules.
func attributes(fd int) map[string]string {
	names := make([]byte, 64<<10)
	n, err := unix.Listxattr(procPath(fd), names)
	if err != nil || n == 0 {
		return nil
	}
	found := map[string]string{}
	for name := range strings.SplitSeq(strings.TrimRight(string(names[:n]), "\x00"), "\x00") {
		if strings.HasPrefix(name, "trusted.") || strings.HasPrefix(name, "user.overlay.") || strings.HasPrefix(name, "security.") && name != "security.capability" {
			continue
		}
		value := make([]byte, 64<<10)
		if n, err := unix.Getxattr(procPath(fd), name, value); err == nil {
			found["SCHILY.xattr."+name] = string(value[:n])
		}
	}
	return found
}
