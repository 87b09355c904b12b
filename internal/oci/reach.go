package oci

import (
	"os"
	"path"
	"path/filepath"
	"strings"
)

// reach is where a target is to be made if a link of the image in it leads to
// nothing yet: at the end of the link, as the container sees it. It is advice
// only: the process resolves what this returns inside the root again. A link
// that another mount hides is none.
func (c *Container) reach(target string) string {
	const mostLinks = 40 // path_resolution(7)
	seen, rest := "/", strings.Split(target, "/")
	for links := 0; len(rest) > 0; {
		next := path.Join(seen, rest[0])
		rest = rest[1:]
		link, err := os.Readlink(filepath.Join(c.root.Dir, next))
		if err != nil || next != target && c.mountsOn(next) {
			seen = next
			continue
		}
		if links++; links > mostLinks {
			return target
		}
		if path.IsAbs(link) {
			seen = "/"
		}
		rest = append(strings.Split(link, "/"), rest...)
	}
	if _, err := os.Lstat(filepath.Join(c.root.Dir, seen)); os.IsNotExist(err) {
		return seen
	}
	return target
}
