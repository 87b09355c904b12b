package rootfs

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// Root is a root in the cache. While it is open nobody removes it. What runs on
// it must write elsewhere, such as into an overlay above it.
type Root struct {
	Dir   string // where it is
	Hit   bool   // it was there already
	Stats Stats  // of unpacking it; zero if Hit

	lock *os.File
}

// Close lets go of the root; it stays in the cache. Until then a descriptor is
// open, close-on-exec.
func (r *Root) Close() error { return r.lock.Close() }

// Hold keeps the root for as long as this process lives, whatever it executes.
func (r *Root) Hold() error {
	_, err := unix.FcntlInt(r.lock.Fd(), unix.F_SETFD, 0)
	return os.NewSyscallError("fcntl", err)
}

// ErrChanged: the archive was written to while it was read.
var ErrChanged = errors.New("archive changed while it was being unpacked")

// CacheDir is where roots are kept by default: /var/cache/isle/rootfs for user
// 0, otherwise isle/rootfs in the user's cache directory.
func CacheDir() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/cache/isle/rootfs", nil
	}
	// A relative XDG_CACHE_HOME is invalid by its specification: ignored.
	if dir := os.Getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "isle", "rootfs"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(home) {
		return "", errors.New("find the cache directory: neither XDG_CACHE_HOME nor HOME is an absolute path")
	}
	return filepath.Join(home, ".cache", "isle", "rootfs"), nil
}

// Cached gives the root of an archive file, unpacked into the cache by this call
// or an earlier one. An archive is the same as long as its path, inode, size and
// times of change are. Calls at the same time share the work.
func Cached(ctx context.Context, file string, opts Options) (*Root, error) {
	// Not to wait for a writer if it is a fifo.
	f, err := os.OpenFile(file, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	k, err := cacheKey(f, opts.Variant)
	if err != nil {
		return nil, err
	}
	s, err := openStore(opts.CacheDir)
	if err != nil {
		return nil, err
	}
	for {
		r, err := s.hit(k)
		if r == nil && err == nil {
			r, err = s.fill(ctx, k, f, opts)
		}
		switch {
		case r != nil:
			return r, nil
		case err != nil && err != errBusy:
			return nil, fmt.Errorf("unpack %s: %w", file, err)
		}
		select { // somebody else is at work on it
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// key names a root in the cache: which archive, and which state of it.
type key struct{ which, state, archive string }

func (k key) String() string { return k.which + "-" + k.state }

func cacheKey(f *os.File, variant string) (key, error) {
	state, err := fileState(f)
	if err != nil {
		return key{}, err
	}
	real, err := filepath.EvalSymlinks(f.Name())
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		return key{}, err
	}
	who := os.Geteuid()
	if variant != "" {
		who = -1 // who knows which owners it has, in whichever user namespace
	}
	return key{name(fmt.Sprintf("%q %q %d", real, variant, who)), state, real}, nil
}

// fileState changes whenever the contents of the file do.
func fileState(f *os.File) (string, error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		return "", fmt.Errorf("stat %s: %w", f.Name(), err)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return "", fmt.Errorf("%s is not a regular file", f.Name())
	}
	return fmt.Sprintf("%x-%x-%x-%x-%x-%x-%x", st.Dev, st.Ino, st.Size, st.Mtim.Sec, st.Mtim.Nsec, st.Ctim.Sec, st.Ctim.Nsec), nil
}

// name makes a short name of a long one. Two that get the same are still told
// apart by their state, which no two files share; so it need not be one of the
// package crypto, whose start-up every command would pay for.
func name(s string) string {
	h := fnv.New128a()
	io.WriteString(h, s)
	return hex.EncodeToString(h.Sum(nil))
}
