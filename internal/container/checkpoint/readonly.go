package checkpoint

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// WritableRoot is a file of the checkpoint, by its name, that lists the mounts of
// the first process, and what it says when the root is not read-only. criu loses
// that (before 4.2), or makes the root read-only before it makes a directory in it
// that it needs, and fails. So it is to be told nothing of it.
func (o *Options) WritableRoot() (name string, content []byte, err error) {
	list, err := filepath.Glob(filepath.Join(escape(o.Images), "mountpoints-*.img"))
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	// Each mount namespace has one. criu numbers those of the first process first.
	path := slices.MinFunc(list, func(a, b string) int { return number(a) - number(b) })
	if content, err = os.ReadFile(path); err != nil {
		return "", nil, err
	}
	if err := clearReadonly(content); err != nil {
		return "", nil, fmt.Errorf("%s: %w", path, err)
	}
	return filepath.Base(path), content, nil
}

// escape protects the characters that a pattern has a meaning for.
func escape(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

func number(path string) int {
	_, text, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".img"), "-")
	n, err := strconv.Atoi(text)
	if err != nil {
		return 1 << 30
	}
	return n
}

// Two fields of mnt_entry in criu's images/mnt.proto.
const (
	mountFlags = 5
	mountPoint = 7
)

// clearReadonly clears a flag of the root's mount. An image is two words and then
// messages, each after its size (criu's images/README).
func clearReadonly(image []byte) error {
	const head, word = 8, 4
	for rest := image[min(head, len(image)):]; len(rest) > 0; {
		if len(rest) < word || uint64(binary.LittleEndian.Uint32(rest)) > uint64(len(rest)-word) {
			return errWire
		}
		end := word + int(binary.LittleEndian.Uint32(rest))
		var flags message
		root := false
		err := message(rest[word:end]).fields(func(field int, _ uint64, part message) {
			switch field {
			case mountFlags:
				flags = part
			case mountPoint:
				root = string(part) == "/"
			}
		})
		if err != nil {
			return err
		}
		if root && len(flags) > 0 {
			flags[0] &^= unix.MS_RDONLY
		}
		rest = rest[end:]
	}
	return nil
}
