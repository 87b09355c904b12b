package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/why"
)

// ChangeMount changes a mount that was made inside the root before.
type ChangeMount struct {
	Root    *Root
	Path    string
	Changes []Change
}

// Words describes the step.
func (s *ChangeMount) Words() string { return "change the mount on " + s.Path }

// Facts describes the mount.
func (s *ChangeMount) Facts() why.Facts {
	return why.Facts{Op: why.OpRemount, Target: s.Path, Root: s.Root.Seen}
}

// Shell says it in words.
func (s *ChangeMount) Shell(sh *Script) { sh.Comment(s.Words()) }

// Lower adds the calls.
func (s *ChangeMount) Lower(l *Lowering) {
	fd := s.Root.resolveExact(l, s.Path, unix.O_PATH)
	for _, c := range s.Changes {
		c.apply(l, fd.Result()).Called("set the mount flags of " + s.Path)
	}
}

// DirectoryLinks makes symbolic links in a directory inside the root that a
// step before has mounted.
type DirectoryLinks struct {
	Root  *Root
	Dir   string
	Links [][2]string // what the link holds, its name
}

// Words describes the step.
func (s *DirectoryLinks) Words() string {
	words := "make links in " + s.Dir + ":"
	for i, link := range s.Links {
		if i > 0 {
			words += ","
		}
		words += " " + link[1]
	}
	return words
}

// Facts gives the directory.
func (s *DirectoryLinks) Facts() why.Facts {
	return why.Facts{Op: why.OpFile, Target: s.Dir, Root: s.Root.Seen}
}

// Shell prints the commands.
func (s *DirectoryLinks) Shell(sh *Script) {
	for _, link := range s.Links {
		sh.Command("ln", "-s", link[0], s.Root.Dir+s.Dir+"/"+link[1])
	}
}

// Lower adds the calls.
func (s *DirectoryLinks) Lower(l *Lowering) {
	dir := s.Root.resolveExact(l, s.Dir, unix.O_PATH|unix.O_DIRECTORY).Result()
	for _, link := range s.Links {
		l.Call(unix.SYS_SYMLINKAT, l.Str(link[0]), dir, l.Str(link[1])).Ignore(int(unix.EEXIST)).Called("make " + s.Dir + "/" + link[1])
	}
}
