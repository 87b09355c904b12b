package passwd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/moby/sys/user"
	"golang.org/x/sys/unix"
)

// User is who a program runs as.
type User struct {
	UID, GID uint32
	Groups   []uint32 // supplementary
	Home     string
	Shell    string
}

// most bounds what is read of a root's passwd and group files, in bytes.
const most = 16 << 20

// Find resolves "USER[:GROUP]", each a name or a number, in the files of the
// root at dir. An empty text is user 0. A number need not be in passwd; a name
// that is not is an error.
func Find(dir, text string) (*User, error) {
	passwd, err := open(dir, "/etc/passwd")
	if err != nil {
		return nil, err
	}
	defer passwd.Close()
	group, err := open(dir, "/etc/group")
	if err != nil {
		return nil, err
	}
	defer group.Close()
	if text == "" {
		text = "0"
	}
	defaults := &user.ExecUser{Home: "/"}
	found, err := user.GetExecUser(text, defaults, passwd, group)
	if err != nil {
		return nil, fmt.Errorf("user %q: %w", text, err)
	}
	u := &User{UID: uint32(found.Uid), GID: uint32(found.Gid), Home: found.Home, Shell: shell(dir, found.Uid)}
	for _, g := range found.Sgids {
		u.Groups = append(u.Groups, uint32(g))
	}
	return u, nil
}

// shell is the login shell of a user, /bin/sh if there is none.
func shell(dir string, uid int) string {
	f, err := open(dir, "/etc/passwd")
	if err != nil {
		return "/bin/sh"
	}
	defer f.Close()
	entries, err := user.ParsePasswdFilter(f, func(u user.User) bool { return u.Uid == uid })
	if err != nil || len(entries) == 0 || !strings.HasPrefix(entries[0].Shell, "/") {
		return "/bin/sh"
	}
	return entries[0].Shell
}

// open opens a file inside a root; one that is not there is empty.
func open(dir, name string) (io.ReadCloser, error) {
	fd, err := resolve(dir, name, unix.O_RDONLY|unix.O_NONBLOCK)
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) {
		return io.NopCloser(strings.NewReader("")), nil
	}
	if err != nil {
		return nil, fmt.Errorf("open %s of the root: %w", name, err)
	}
	f := os.NewFile(uintptr(fd), name)
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, fmt.Errorf("open %s of the root: not a regular file", name)
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(f, most), f}, nil
}

// Exists says whether the root at dir has a file of that name.
func Exists(dir, name string) bool {
	fd, err := resolve(dir, name, unix.O_PATH)
	if err == nil {
		unix.Close(fd)
	}
	return err == nil
}

func resolve(dir, name string, flags uint64) (int, error) {
	root, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(root)
	return unix.Openat2(root, strings.TrimLeft(name, "/"), &unix.OpenHow{
		Flags: flags | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
}
