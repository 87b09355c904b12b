package idmap

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// Host is who asks for a map, and where. Making one reads no file: each is
// opened when a map needs it.
type Host struct {
	EUID, EGID uint32
	User       string // login name; empty: the one that EUID has in Files.Passwd
	Path       string // where newuidmap and newgidmap are searched, as in $PATH
	Files      Files
}

// Files names the files that grant ids; an empty name stands for the usual one.
type Files struct {
	Passwd, Group  string // /etc/passwd, /etc/group
	SubUID, SubGID string // /etc/subuid, /etc/subgid
	UIDMap, GIDMap string // /proc/self/uid_map, /proc/self/gid_map
}

// Local is the calling process on its own system.
func Local() Host {
	return Host{EUID: uint32(os.Geteuid()), EGID: uint32(os.Getegid()), Path: os.Getenv("PATH")}
}

// id returns the host's own id.
func (h Host) id(k Kind) uint32 {
	if k == Groups {
		return h.EGID
	}
	return h.EUID
}

// userName returns the login name, or "" if the user has none: a number alone
// can be granted subordinate ids too.
func (h Host) userName() (string, error) {
	if h.User != "" {
		return h.User, nil
	}
	for r, err := range records(h.Files.passwd()) {
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			return "", err
		}
		if len(r.fields) > 2 && r.fields[2] == strconv.FormatUint(uint64(h.EUID), 10) {
			return r.fields[0], nil
		}
	}
	return "", nil
}

// ownMap reads the map of the user namespace that the host's process is in.
func (h Host) ownMap(k Kind) (Map, error) {
	path := cmp.Or(h.Files.UIDMap, "/proc/self/uid_map")
	if k == Groups {
		path = cmp.Or(h.Files.GIDMap, "/proc/self/gid_map")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := ParseMap(string(text))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return m, nil
}

// Tool returns the path of newuidmap or newgidmap, or "" if the host has none
// that can be executed. Directories of the search path that are not absolute
// are passed over.
func (h Host) Tool(k Kind) string {
	for _, dir := range filepath.SplitList(h.Path) {
		file := filepath.Join(dir, k.Tool())
		if info, err := os.Stat(file); err == nil && filepath.IsAbs(file) && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file
		}
	}
	return ""
}

func (f Files) passwd() string { return cmp.Or(f.Passwd, "/etc/passwd") }
func (f Files) group() string  { return cmp.Or(f.Group, "/etc/group") }

func (f Files) sub(k Kind) string {
	if k == Groups {
		return cmp.Or(f.SubGID, "/etc/subgid")
	}
	return cmp.Or(f.SubUID, "/etc/subuid")
}
