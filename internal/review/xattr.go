package review

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// attributes are the extended attributes of a file that a program can have set.
// Labels and signatures of the host's security modules are not the program's;
// nor are the marks of the overlay itself, which the kernel lets nobody see or
// set through it.
func attributes(fd int) (map[string]string, error) {
	path := procPath(fd)
	list, err := listAttributes(path)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, name := range list {
		if name == "" || ownMark(name) || slices.Contains(labels, name) {
			continue
		}
		value, err := attribute(path, name)
		if err == unix.ENODATA || err == unix.EACCES { // it is gone, or nobody's business
			continue
		}
		if err != nil {
			return nil, err
		}
		found[name] = value
	}
	return found, nil
}

var labels = []string{"security.selinux", "security.SMACK64", "security.apparmor", "security.ima", "security.evm", "system.nfs4_acl"}

func ownMark(name string) bool {
	return strings.HasPrefix(name, "trusted.overlay.") || strings.HasPrefix(name, "user.overlay.")
}

func listAttributes(path string) ([]string, error) {
	for size := 4096; ; size *= 4 {
		buffer := make([]byte, size)
		n, err := unix.Listxattr(path, buffer)
		switch err {
		case nil:
			return strings.Split(string(buffer[:n]), "\x00"), nil
		case unix.ENOTSUP:
			return nil, nil
		case unix.ERANGE:
			if size < 1<<20 {
				continue
			}
		}
		return nil, err
	}
}

func attribute(path, name string) (string, error) {
	buffer := make([]byte, 64<<10) // XATTR_SIZE_MAX of limits.h
	n, err := unix.Getxattr(path, name, buffer)
	if err != nil {
		return "", err
	}
	return string(buffer[:n]), nil
}

// opaque says whether a directory of an upper layer hides all that is below it.
func opaque(fd int, userXattr bool) bool {
	name := "trusted.overlay.opaque"
	if userXattr {
		name = "user.overlay.opaque"
	}
	value, err := attribute(procPath(fd), name)
	return err == nil && value == "y"
}

// specialAttributes are those that give a file power.
func specialAttributes(attrs map[string]string) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		switch {
		case name == "security.capability":
			list = append(list, "capabilities")
		case !strings.HasPrefix(name, "user.") && !strings.HasPrefix(name, "system.posix_acl_"):
			list = append(list, "attribute "+name)
		}
	}
	return list
}
