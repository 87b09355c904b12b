package review

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/idmap"
)

// Layer is a directory of the host that the program saw through an overlay.
type Layer struct {
	Host  string // its path, without links
	Upper string // the directory with the changes
	// What the directory was then: the program is to see the same again.
	FileSystem string
	Born       int64 // when it was made, in ns; 0 if the file system does not know
	Root       Stamp
	Made       Stamp // the upper directory when it was made
}

// faithful says that the upper directory was made like the host's. An ordinary
// user cannot make it so if the host's is somebody else's.
func (l *Layer) faithful() bool {
	return l.Made.Mode == l.Root.Mode && l.Made.UID == l.Root.UID && l.Made.GID == l.Root.GID
}

// Record is what is written down of a review.
type Record struct {
	Version int
	Command []string
	Started time.Time
	// Since is the moment at which the program began to see the host's files,
	// and Epoch what the clock was then; both in nanoseconds.
	Since, Epoch int64
	// UserXattr says that the overlays keep their marks in attributes of users.
	UserXattr bool
	// Users and Groups are the ids of the program's user namespace, if only in
	// such a one the files can be reached.
	Users, Groups idmap.Map
	Layers        []Layer
	// Targets are paths where something was mounted for the program. What is
	// missing of them is made, which is none of its doing.
	Targets []string

	// Sealed: the program has ended, and what follows is known.
	Sealed bool
	ID     string // part of the names of files on their way; the program never sees it
	Base   []Base
}

// Base is what there was at a path that the program changed when it ended.
type Base struct {
	Layer  int
	Path   []byte // below the layer
	Upper  *Stamp // as the program left it
	Lower  *Stamp // the host's, nil if there was none
	Parent uint64 // inode of the host's directory that it is in, 0 if that was not there
	Tree   []Leaf // what was in a directory that is to go
	// Reason is why it cannot be applied: what happened on the host while the
	// program ran.
	Reason string
}

// Leaf is something in a directory that is to go.
type Leaf struct {
	Path []byte // below the directory
	Stamp
}

const recordFile, recordVersion = "record", 1

func (r *Review) load() error {
	path := filepath.Join(r.Dir, recordFile)
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &r.Record); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if r.Version != recordVersion {
		return fmt.Errorf("read %s: it is of version %d, and this isle knows %d", path, r.Version, recordVersion)
	}
	return nil
}

// Save writes the record, whole or not at all.
func (r *Review) Save() error {
	r.Version = recordVersion
	data, err := json.Marshal(&r.Record)
	if err != nil {
		return err
	}
	path := filepath.Join(r.Dir, recordFile)
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	return err
}
