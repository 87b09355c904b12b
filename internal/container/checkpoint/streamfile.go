package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// streamsFile is in the directory of a checkpoint. It holds a list of texts as
// runc writes it, three for the standard streams; isle adds its own after them.
const streamsFile = "descriptors.json"

// write keeps the streams in the directory of a checkpoint.
func (s *streams) write(dir int) error {
	text, err := json.Marshal(append(s.standard[:], s.null...))
	if err != nil {
		return err
	}
	fd, err := unix.Openat(dir, streamsFile, unix.O_WRONLY|unix.O_CREAT|unix.O_TRUNC|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return &os.PathError{Op: "write", Path: streamsFile, Err: err}
	}
	f := os.NewFile(uintptr(fd), streamsFile)
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// keptStreams reads the streams of a checkpoint; there need not be any.
func keptStreams(dir int) (*streams, error) {
	s := &streams{}
	fd, err := unix.Openat(dir, streamsFile, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err == unix.ENOENT {
		return s, nil
	}
	if err != nil {
		return nil, &os.PathError{Op: "read", Path: streamsFile, Err: err}
	}
	f := os.NewFile(uintptr(fd), streamsFile)
	defer f.Close()
	const most = 1 << 20
	text, err := io.ReadAll(io.LimitReader(f, most))
	var list []string
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil {
		return nil, fmt.Errorf("%s of the checkpoint: %w", streamsFile, err)
	}
	if n := copy(s.standard[:], list); n < len(list) {
		s.null = list[n:]
	}
	return s, nil
}
