package checkpoint

import (
	"os"
	"path/filepath"
)

// directories are those that criu works in, open.
type directories struct{ images, work *os.File }

// Open opens the directories of the request below a root, and makes those of a
// checkpoint, which nobody else may look into: the files hold the processes'
// memory. criu takes the descriptors, and mounts in the directory of its work, so
// if it has a mount namespace of its own the root is to be its root in /proc.
func (r *Request) Open(root string) error {
	for _, d := range [...]struct {
		path string
		file **os.File
		made bool
	}{{r.Images, &r.images, r.Kind != Restore}, {r.workDir(), &r.work, r.Work != ""}} {
		if d.made {
			if err := os.MkdirAll(d.path, 0o700); err != nil {
				return err
			}
		}
		path, err := filepath.EvalSymlinks(d.path) // the root of a link that is absolute is this process's
		if err != nil {
			return err
		}
		f, err := os.Open(root + path)
		if err != nil {
			return err
		}
		(*d.file).Close() // of nil it is an error, and no more
		*d.file = f
	}
	return nil
}

// Close closes what is open.
func (r *Request) Close() {
	for _, f := range append(r.files, r.images, r.work) {
		f.Close()
	}
}

func (r *Request) workDir() string {
	if r.Work == "" {
		return r.Images
	}
	return r.Work
}

// logPath is where criu's log is.
func (r *Request) logPath() string { return filepath.Join(r.workDir(), r.log()) }
