package rootfs

import (
	"archive/tar"
	"fmt"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// smallFile is the size up to which a file's contents are handed over.
const smallFile = 64 << 10

// batchSize is how many files change hands at a time.
const batchSize = 16

// finisher completes new files in a goroutine of its own, while the next ones
// are made. It works on their descriptors alone, so it does not matter what
// becomes of their names meanwhile.
type finisher struct {
	dresser
	batch   []job // taken but not handed over: waking a goroutine costs as much as a file
	jobs    chan []job
	buffers chan []byte
	done    chan struct{}
	failed  atomic.Pointer[error] // the first
}

// job is a file that lacks data (unless nil), owner, mode, attributes and time.
type job struct {
	fd   int
	h    *tar.Header
	id   ids
	data []byte
}

func newFinisher(d dresser) *finisher {
	const ahead = 4 * batchSize
	d.stats = Stats{}
	f := &finisher{
		dresser: d,
		jobs:    make(chan []job, 2),
		buffers: make(chan []byte, ahead),
		done:    make(chan struct{}),
	}
	for range ahead {
		f.buffers <- nil
	}
	go f.run()
	return f
}

// buffer gives room for a small file, waiting for it if need be.
func (f *finisher) buffer() []byte {
	select {
	case b := <-f.buffers:
		return sized(b)
	default:
		f.flush() // or the buffers in it would be waited for
		return sized(<-f.buffers)
	}
}

func sized(b []byte) []byte {
	if b == nil {
		b = make([]byte, smallFile)
	}
	return b[:smallFile]
}

// take hands a file over; its descriptor is the finisher's to close.
func (f *finisher) take(j job) {
	if f.batch = append(f.batch, j); len(f.batch) == batchSize {
		f.flush()
	}
}

func (f *finisher) flush() {
	if len(f.batch) > 0 {
		f.jobs <- f.batch
		f.batch = make([]job, 0, batchSize)
	}
}

func (f *finisher) run() {
	defer close(f.done)
	for batch := range f.jobs {
		for _, j := range batch {
			f.complete(j)
		}
	}
}

func (f *finisher) complete(j job) {
	err := f.failure()
	if err == nil {
		err = f.finish(j)
	}
	if cerr := unix.Close(j.fd); err == nil && cerr != nil {
		err = fmt.Errorf("close file: %w", cerr)
	}
	if j.data != nil {
		f.buffers <- j.data
	}
	if err != nil && f.failed.Load() == nil {
		err = fmt.Errorf("unpack %q: %w", j.h.Name, err)
		f.failed.Store(&err)
	}
}

// failure tells what went wrong so far.
func (f *finisher) failure() error {
	if err := f.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// wait completes what was taken and ends the goroutine.
func (f *finisher) wait() (Stats, error) {
	f.flush()
	close(f.jobs)
	<-f.done
	return f.stats, f.failure()
}

// finish gives a file what it lacks, in this order, as each would undo the one
// before: writing and chown clear set-id bits and capabilities, chmod may forbid
// setting attributes, all of them change the time.
func (f *finisher) finish(j job) error {
	if err := writeAll(j.fd, j.data, 0); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	owned, err := f.own(j.id, func(uid, gid int) error { return unix.Fchown(j.fd, uid, gid) })
	if err != nil {
		return err
	}
	mode, err := f.fileMode(j.h, owned)
	if err != nil {
		return err
	}
	if len(j.h.PAXRecords) > 0 {
		if err := f.setXattrs(j.fd, xattrs(j.h)); err != nil {
			return err
		}
	}
	if err := unix.Fchmod(j.fd, mode); err != nil {
		return fmt.Errorf("set mode %o: %w", mode, err)
	}
	return futimens(j.fd, timespec(j.h.ModTime))
}
