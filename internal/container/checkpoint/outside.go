package checkpoint

import (
	"os"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// Dumped tells criu what the processes to be dumped have from outside, of which
// the first is the container's first one, and writes down their streams.
func (r *Request) Dumped(spec *specs.Spec, pids []int) error {
	mounts, err := outsideMounts(spec, pids[0])
	if err != nil {
		return err
	}
	namespaces, err := outsideNamespaces(spec, pids[0])
	if err != nil {
		return err
	}
	streams, err := readStreams(pids)
	if err != nil {
		return err
	}
	r.External = append(append(mounts, namespaces...), streams.external()...)
	return streams.write(int(r.images.Fd()))
}

// Restored tells criu where all of that is now.
func (r *Request) Restored(o *Outside) (err error) {
	if r.External, err = o.sources(); err != nil {
		return err
	}
	streams, err := keptStreams(int(r.images.Fd()))
	if err != nil {
		return err
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if r.inherit, err = streams.inherited(r.hand(null)); err != nil {
		return err
	}
	return r.namespaces(o.Spec)
}

// hand gives criu a descriptor, and returns the number that it has there.
func (r *Request) hand(f *os.File) int {
	const first = 4 // after the socket
	r.files = append(r.files, f)
	return first + len(r.files) - 1
}

// Files are descriptors that criu is to have from 4 on.
func (r *Request) Files() []*os.File { return r.files }
