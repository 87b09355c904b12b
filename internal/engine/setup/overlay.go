package setup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/engine/request"
	"isle/internal/resolve"
)

// imageMount shows the files of another image, which cannot be changed.
func (m *maker) imageMount(r *request.Mount, at string, o *options) error {
	if m.ImageRoot == nil {
		return errors.New("there are no images here")
	}
	layers, err := m.ImageRoot(r.Source)
	if err != nil {
		return err
	}
	if r.Subpath != "" {
		return errors.New("a part of an image cannot be mounted")
	}
	return m.overlay(layers, at, o)
}

// overlay shows folders over each other, the highest first. What the container
// writes there goes to a folder of its own, which is another one at each start.
func (m *maker) overlay(lowers []string, at string, o *options) error {
	words := o.kernel
	if !o.travels {
		words = append(words, "rprivate")
	}
	if o.readOnly && len(lowers) == 1 {
		m.given = append(m.given, specs.Mount{Destination: at, Type: "bind", Source: lowers[0], Options: append([]string{"rbind", "ro"}, words...)})
		return nil
	}
	data := []string{"lowerdir=" + joined(lowers)}
	if !o.readOnly {
		upper, work, err := m.uppers(o)
		if err != nil {
			return err
		}
		data = append(data, "upperdir="+escape(upper), "workdir="+escape(work))
	}
	if m.req.Rootless {
		data = append(data, "userxattr")
	}
	text := strings.Join(data, ",")
	if strings.Count(text, ",") != len(data)-1 {
		return errors.New("overlayfs takes no path with a comma")
	}
	if most := unix.Getpagesize() - 1; len(text) > most {
		return fmt.Errorf("the paths of its %d folders have more than %d bytes together", len(lowers), most)
	}
	m.given = append(m.given, specs.Mount{Destination: at, Type: "overlay", Source: "overlay", Options: append(append([]string{o.access()}, words...), data...)})
	return nil
}

func joined(paths []string) string {
	var list []string
	for _, p := range paths {
		list = append(list, escape(p))
	}
	return strings.Join(list, ":")
}

// escape writes a path as overlayfs reads it.
func escape(p string) string { return strings.NewReplacer(`\`, `\\`, ":", `\:`).Replace(p) }

// uppers are the two folders that overlayfs writes to.
func (m *maker) uppers(o *options) (upper, work string, err error) {
	if o.upper != "" && o.work != "" {
		return o.upper, o.work, nil
	}
	if o.upper != "" || o.work != "" {
		return "", "", errors.New("upperdir and workdir go together")
	}
	for n := len(m.given); ; n++ {
		dir := filepath.Join(m.Dir, "overlay", strconv.Itoa(n))
		if os.RemoveAll(dir) != nil {
			continue // files of subordinate ids, which go with the container
		}
		upper, work = filepath.Join(dir, "upper"), filepath.Join(dir, "work")
		err := os.MkdirAll(upper, 0o755)
		if err == nil {
			err = os.Mkdir(work, 0o755)
		}
		return upper, work, err
	}
}

// inside is a path below a folder, free of links as it is now. Who writes to the
// folder could put one there until the mount is made: so that is to follow none.
func inside(dir, sub string) (string, error) {
	fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", &os.PathError{Op: "open", Path: dir, Err: err}
	}
	defer unix.Close(fd)
	at, err := resolve.Open(fd, strings.TrimLeft(sub, "/"), unix.O_PATH, unix.RESOLVE_BENEATH|unix.RESOLVE_NO_SYMLINKS)
	if err != nil {
		return "", fmt.Errorf("subpath %s: %w", sub, err)
	}
	defer unix.Close(at)
	return os.Readlink("/proc/self/fd/" + strconv.Itoa(at))
}
