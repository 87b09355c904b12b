package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"isle/internal/image/name"
)

// Store is a folder of images:
//
//	oci-layout, index.json  which images there are, and their names
//	blobs/sha256/HEX        manifests, configurations and layers as they came
//	layers/KEY/             a layer unpacked as overlayfs takes it
//	unpacked/HEX            of the image with that manifest, the KEYs of its
//	                        layers, the highest first; there when all of them are
//	pins/WHO                the image that somebody needs
//	work/                   what is being made, and locks
//	boot                    the boot of the machine in which images last came
//
// What has a name is whole: all is made in work and renamed.
type Store struct{ dir string }

// Where is the folder of the images: isle/images in $XDG_DATA_HOME, or for user
// 0 /var/lib/isle/images; $ISLE_IMAGES names another one.
func Where() (string, error) {
	if dir := os.Getenv("ISLE_IMAGES"); filepath.IsAbs(dir) {
		return dir, nil
	}
	if os.Geteuid() == 0 {
		return "/var/lib/isle/images", nil
	}
	// A relative XDG_DATA_HOME is invalid by its specification: ignored.
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "isle", "images"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(home) {
		return "", errors.New("find the images: neither XDG_DATA_HOME nor HOME is an absolute path")
	}
	return filepath.Join(home, ".local", "share", "isle", "images"), nil
}

// Open opens a store, which need not be there yet; "" is the one at Where.
func Open(dir string) (*Store, error) {
	if dir == "" {
		var err error
		if dir, err = Where(); err != nil {
			return nil, err
		}
	}
	dir, err := filepath.Abs(dir)
	return &Store{dir}, err
}

// Create makes the folders of the store, unless they are there. It is closed to
// others, for layers hold set-id programs that are not theirs to run.
func (s *Store) Create() error {
	for _, d := range []string{"blobs/sha256", "layers", "unpacked", "pins", "work"} {
		if err := os.MkdirAll(s.Path(d), 0o700); err != nil {
			return fmt.Errorf("make the store of images: %w", err)
		}
	}
	var st unix.Stat_t
	if err := unix.Stat(s.dir, &st); err != nil {
		return fmt.Errorf("stat %s: %w", s.dir, err)
	}
	if int(st.Uid) != os.Geteuid() {
		return fmt.Errorf("the store of images %s belongs to user %d", s.dir, st.Uid)
	}
	if st.Mode&0o077 != 0 {
		if err := os.Chmod(s.dir, 0o700); err != nil {
			return err
		}
	}
	layout := s.Path("oci-layout")
	if _, err := os.Lstat(layout); err == nil {
		return nil
	}
	return s.replace(layout, []byte(`{"imageLayoutVersion":"1.0.0"}`))
}

// Path is the path of something in the store.
func (s *Store) Path(elements ...string) string {
	return filepath.Join(append([]string{s.dir}, elements...)...)
}

// Blob is the path of content by its digest, which must be one.
func (s *Store) Blob(digest string) string {
	return s.Path("blobs", "sha256", digest[len("sha256:"):])
}

// HasBlob says whether content is here.
func (s *Store) HasBlob(digest string) bool {
	if name.CheckDigest(digest) != nil {
		return false
	}
	_, err := os.Lstat(s.Blob(digest))
	return err == nil
}

// replace writes a file whole or not at all, though processes are killed.
func (s *Store) replace(path string, data []byte) error { return s.write(path, data, false) }

// write is replace, and with safe also though the power is lost.
func (s *Store) write(path string, data []byte, safe bool) error {
	f, err := os.CreateTemp(s.Path("work"), "file-")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil && safe {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
