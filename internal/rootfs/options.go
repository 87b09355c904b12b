package rootfs

import (
	"errors"
	"io"
	"math"
	"sync/atomic"
)

// Bounds on an archive that does not name its own: generous for any root file
// system people run, finite for one made to fill a disk.
const (
	DefaultMaxEntries = 4_000_000
	DefaultMaxBytes   = 64 << 30
)

// Options says how to unpack. The zero value is ready to use.
type Options struct {
	// Size is the size in bytes of the archive as stored, passed on to
	// Progress; 0 if it is not known.
	Size int64
	// Progress, if set, is told after each piece read how many bytes of the
	// archive, of the total Size, are done and how many entries exist so far.
	Progress func(done, total int64, entries int)
	// Chown turns the owner an entry records into the owner to set; false
	// leaves the file with the caller. Nil keeps recorded owners for a caller
	// with user id 0, and leaves all files with any other caller. It is
	// called from more than one goroutine.
	Chown func(uid, gid int) (int, int, bool)
	// MaxEntries bounds files, links and directories, made implicitly or named.
	MaxEntries int
	// MaxBytes bounds the sum of all file sizes, holes included.
	MaxBytes int64
	// Together, if set, is what may still come, in bytes, of several archives
	// that are unpacked at the same time.
	Together *atomic.Int64
	// Unterminated accepts an archive without the two zero blocks that end
	// one. By default that is an error, since a cut one looks the same; a
	// caller that knows the archive's digest need not care.
	Unterminated bool
	// CacheDir is where Cached keeps roots; empty means CacheDir().
	CacheDir string
	// Overlay makes a layer for overlayfs: what the archive hides of the layers
	// below is written down as overlayfs reads it, and not removed.
	Overlay bool
	// Below gives the directories of the layers below this one, the nearest
	// first. With Overlay it is called when the archive builds on something that
	// it does not have itself, and then Stats.Leans is true.
	Below func() ([]string, error)
	// Merge puts the archive into a folder that is in use: names are names, though
	// they look like whiteouts, and no folder takes the place of a file, nor a file
	// that of a folder, unless Overwrite is set.
	Merge, Overwrite bool
	// Plain, if set, is written the archive as it is without compression.
	Plain io.Writer
	// Variant keeps roots apart in the cache that one archive gives under
	// different Chown functions, or in user namespaces of different maps.
	Variant string

	rootMode uint32 // of a root that the archive has no entry for; 0 leaves it
}

// Stats counts what was unpacked and what could not be.
type Stats struct {
	Entries int   // files, links, nodes and directories made, implicit ones too
	Bytes   int64 // sum of the sizes of all files
	Devices int   // device nodes left out: the caller may not make them
	Xattrs  int   // extended attributes left out
	Owners  int   // entries left with the caller instead of their owner
	SetIDs  int   // set-id bits dropped, since the owner they name was lost
	Leans   bool  // what was made depends on the layers below
}

// What an error of this package may wrap, beside errnos and context errors.
var (
	// ErrEscape: a name or hard link target lies outside the root.
	ErrEscape = errors.New("path leads out of the root")
	// ErrCorrupt: the archive is damaged, cut short or no archive at all.
	ErrCorrupt = errors.New("archive is damaged")
	// ErrLimit: the archive asks for more than the bounds allow.
	ErrLimit = errors.New("archive exceeds the limit")
	// ErrImage: the archive holds an image and not a root.
	ErrImage = errors.New("it is an image, as docker save writes it; docker export writes a root")
	// ErrEntry: an entry is well formed but cannot be part of a root.
	ErrEntry = errors.New("entry not supported")
)

func (o Options) bounded() Options {
	if o.MaxEntries <= 0 {
		o.MaxEntries = DefaultMaxEntries
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	return o
}

// rawLimit bounds the decompressed stream: contents plus what headers of all
// entries may take, so that a bomb of headers or padding ends as well.
func (o Options) rawLimit() int64 {
	const header = 4096
	if int64(o.MaxEntries) > (math.MaxInt64-o.MaxBytes)/header {
		return math.MaxInt64
	}
	return o.MaxBytes + int64(o.MaxEntries)*header
}
