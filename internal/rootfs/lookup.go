package rootfs

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Lookup gives the root of an archive file if Cached has made it before with
// the same options, perhaps in another user namespace, and nil if it has not.
func Lookup(file string, opts Options) (*Root, error) {
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
	r, err := s.hit(k)
	switch {
	case err == errBusy:
		return nil, nil // it is being made
	case err != nil:
		return nil, fmt.Errorf("look for %s in the cache: %w", file, err)
	}
	return r, nil
}
