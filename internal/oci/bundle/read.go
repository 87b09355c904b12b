package bundle

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"unsafe"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// Read reads the config.json of the bundle in the folder dir (bundle.md). It
// decodes, and leaves the rest to Check: errors.As finds Problems in its error.
func Read(dir string) (*specs.Spec, error) {
	spec, err := ReadFile(filepath.Join(dir, "config.json"))
	if errors.Is(err, unix.ENOENT) {
		err = fmt.Errorf("%w (a bundle is a folder that holds a config.json)", err)
	}
	return spec, err
}

// ReadFile is Read for a configuration of any name.
func ReadFile(path string) (*specs.Spec, error) {
	return readFile(path, (*decoder).spec)
}

// ReadProcess reads the process of "exec --process", an object as .process is.
func ReadProcess(path string) (*specs.Process, error) {
	return readFile(path, (*decoder).process)
}

// ReadResources reads the limits of "update --resources", an object as
// .linux.resources is. The path "-" is standard input.
func ReadResources(path string) (*specs.LinuxResources, error) {
	if path != "-" {
		return readFile(path, (*decoder).linuxResources)
	}
	data, err := io.ReadAll(io.LimitReader(os.Stdin, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read standard input: %w", err)
	}
	return decodeNamed("standard input", data, (*decoder).linuxResources)
}

func readFile[T any](path string, read func(*decoder, *T)) (*T, error) {
	data, err := Load(path)
	if err != nil {
		return nil, err
	}
	return decodeNamed(path, data, read)
}

// decodeNamed decodes data, which nothing else may hold, and names where it is from.
func decodeNamed[T any](name string, data []byte, read func(*decoder, *T)) (*T, error) {
	v, err := decode(unsafe.String(unsafe.SliceData(data), len(data)), read)
	if err != nil {
		return nil, fmt.Errorf("read %s:\n%w", name, err)
	}
	return v, nil
}

// Load returns the text of a configuration, which Decode reads, from a regular file
// of a size that is allowed. Symbolic links are followed, as engines make some;
// another kind of file could hang the reader or never end.
func Load(path string) ([]byte, error) {
	fd, err := retry(func() (int, error) {
		return unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, fmt.Errorf("look at %s: %w", path, err)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, fmt.Errorf("read %s: not a regular file", path)
	}
	if st.Size > maxSize {
		return nil, fmt.Errorf("read %s: %d bytes are more than the %d that a configuration may have", path, st.Size, maxSize)
	}
	data, err := readAll(fd, int(st.Size))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return data, nil
}

// readAll reads a file of size bytes to its end, which may have moved: decode
// refuses what is too long then.
func readAll(fd, size int) ([]byte, error) {
	data := make([]byte, 0, size+1)
	for len(data) <= maxSize {
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := retry(func() (int, error) { return unix.Read(fd, data[len(data):cap(data)]) })
		if err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
		data = data[:len(data)+n]
	}
	return data, nil
}

// retry calls a system call again where a signal came in between.
func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}
