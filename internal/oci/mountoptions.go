package oci

import (
	"slices"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/plan"
)

// option is an option of a mount that is a flag. Flag is for mount(2), and
// attribute for mount_setattr(2); either is cleared and not set if clear is.
type option struct {
	name      string
	flag      uint64
	attribute uint64
	clear     bool
}

// mountOptions are the options of mount(8) that are flags (OCI runtime
// specification, "Linux mount options"). Those that only say what is so anyway
// have neither flag.
var mountOptions = [...]option{
	{name: "defaults"}, {name: "async", flag: unix.MS_SYNCHRONOUS, clear: true}, {name: "loud", flag: unix.MS_SILENT, clear: true},
	{name: "rw", flag: unix.MS_RDONLY, attribute: unix.MOUNT_ATTR_RDONLY, clear: true}, {name: "ro", flag: unix.MS_RDONLY, attribute: unix.MOUNT_ATTR_RDONLY},
	{name: "suid", flag: unix.MS_NOSUID, attribute: unix.MOUNT_ATTR_NOSUID, clear: true}, {name: "nosuid", flag: unix.MS_NOSUID, attribute: unix.MOUNT_ATTR_NOSUID},
	{name: "dev", flag: unix.MS_NODEV, attribute: unix.MOUNT_ATTR_NODEV, clear: true}, {name: "nodev", flag: unix.MS_NODEV, attribute: unix.MOUNT_ATTR_NODEV},
	{name: "exec", flag: unix.MS_NOEXEC, attribute: unix.MOUNT_ATTR_NOEXEC, clear: true}, {name: "noexec", flag: unix.MS_NOEXEC, attribute: unix.MOUNT_ATTR_NOEXEC},
	{name: "symfollow", flag: unix.MS_NOSYMFOLLOW, attribute: unix.MOUNT_ATTR_NOSYMFOLLOW, clear: true}, {name: "nosymfollow", flag: unix.MS_NOSYMFOLLOW, attribute: unix.MOUNT_ATTR_NOSYMFOLLOW},
	{name: "diratime", flag: unix.MS_NODIRATIME, attribute: unix.MOUNT_ATTR_NODIRATIME, clear: true}, {name: "nodiratime", flag: unix.MS_NODIRATIME, attribute: unix.MOUNT_ATTR_NODIRATIME},
	{name: "relatime", flag: unix.MS_RELATIME, attribute: atime | unix.MOUNT_ATTR_RELATIME}, {name: "norelatime", flag: unix.MS_RELATIME, clear: true},
	{name: "noatime", flag: unix.MS_NOATIME, attribute: atime | unix.MOUNT_ATTR_NOATIME}, {name: "atime", flag: unix.MS_NOATIME, attribute: atime, clear: true},
	{name: "strictatime", flag: unix.MS_STRICTATIME, attribute: atime | unix.MOUNT_ATTR_STRICTATIME}, {name: "nostrictatime", flag: unix.MS_STRICTATIME, attribute: atime, clear: true},
	{name: "sync", flag: unix.MS_SYNCHRONOUS}, {name: "dirsync", flag: unix.MS_DIRSYNC}, {name: "silent", flag: unix.MS_SILENT}, {name: "remount", flag: unix.MS_REMOUNT},
	{name: "mand", flag: unix.MS_MANDLOCK}, {name: "nomand", flag: unix.MS_MANDLOCK, clear: true}, {name: "acl", flag: unix.MS_POSIXACL}, {name: "noacl", flag: unix.MS_POSIXACL, clear: true},
	{name: "iversion", flag: unix.MS_I_VERSION}, {name: "noiversion", flag: unix.MS_I_VERSION, clear: true}, {name: "lazytime", flag: unix.MS_LAZYTIME}, {name: "nolazytime", flag: unix.MS_LAZYTIME, clear: true},
	{name: "bind", flag: unix.MS_BIND}, {name: "rbind", flag: unix.MS_BIND | unix.MS_REC},
}

// atime marks attributes that say when access times are written: they are one
// field of the mount's and not bits of their own.
const atime = 1 << 63

// propagationOptions are the options that say how mounts travel.
var propagationOptions = [...]option{
	{name: "private", flag: unix.MS_PRIVATE}, {name: "rprivate", flag: unix.MS_PRIVATE | unix.MS_REC}, {name: "slave", flag: unix.MS_SLAVE}, {name: "rslave", flag: unix.MS_SLAVE | unix.MS_REC},
	{name: "shared", flag: unix.MS_SHARED}, {name: "rshared", flag: unix.MS_SHARED | unix.MS_REC}, {name: "unbindable", flag: unix.MS_UNBINDABLE}, {name: "runbindable", flag: unix.MS_UNBINDABLE | unix.MS_REC},
}

// mountFlags is what the options of a mount come to.
type mountFlags struct {
	flags  uint64        // MS_*
	top    plan.Change   // of the mount itself, if it is a bind
	all    plan.Change   // of all mounts below it too
	travel []plan.Change // propagation
	data   string        // for the file system
	idmap  string        // "idmap" or "ridmap"
	copyUp bool
	// noLinks has a path of the source with a symbolic link in it be an error.
	noLinks bool
}

// OptionNoLinks is an option of a bind by which isle's own engine says that others
// can write to a folder in the source's path: a link that one of them makes there
// is not followed.
const OptionNoLinks = "isle.nolinks"

// readOptions sorts the options of a mount.
func readOptions(m *specs.Mount) *mountFlags {
	f := &mountFlags{}
	if m.Type == "bind" {
		f.flags |= unix.MS_BIND
	}
	var data []string
	for _, name := range m.Options {
		switch {
		case f.take(name), f.takeTravel(name), f.takeRecursive(name):
		case name == "idmap" || name == "ridmap":
			f.idmap = name
		case strings.HasPrefix(name, "idmap="):
			f.idmap = "idmap" // what follows is read with the mappings
		case name == OptionNoLinks:
			f.noLinks = true
		case name == "tmpcopyup":
			f.copyUp = true
		default:
			data = append(data, name)
		}
	}
	f.data = strings.Join(data, ",")
	return f
}

func (f *mountFlags) bind() bool { return f.flags&unix.MS_BIND != 0 }

func (f *mountFlags) take(name string) bool {
	for i := range mountOptions {
		if o := &mountOptions[i]; o.name == name {
			if o.attribute&atime != 0 { // the kernel takes them in an order of its own
				f.flags &^= unix.MS_NOATIME | unix.MS_RELATIME | unix.MS_STRICTATIME
			}
			if f.flags |= o.flag; o.clear {
				f.flags &^= o.flag
			}
			add(&f.top, o.attribute, o.clear)
			f.top.Clear &^= unix.MOUNT_ATTR_RDONLY // rw undoes ro, and nothing of the source
			return true
		}
	}
	return false
}

// takeRecursive takes an option that begins with r and is for all mounts below.
func (f *mountFlags) takeRecursive(name string) bool {
	rest, ok := strings.CutPrefix(name, "r")
	for i := range mountOptions {
		if o := &mountOptions[i]; ok && o.name == rest && o.attribute != 0 {
			add(&f.all, o.attribute, o.clear)
			f.all.Recursive = true
			return true
		}
	}
	return false
}

func (f *mountFlags) takeTravel(name string) bool {
	for i := range propagationOptions {
		if o := &propagationOptions[i]; o.name == name {
			f.travel = append(f.travel, plan.Change{Propagation: o.flag &^ unix.MS_REC, Recursive: o.flag&unix.MS_REC != 0})
			return true
		}
	}
	return false
}

// add adds an attribute to a change; a later one that says the opposite wins.
func add(c *plan.Change, attribute uint64, clear bool) {
	if attribute&atime != 0 {
		c.Set &^= unix.MOUNT_ATTR__ATIME
		c.Clear |= unix.MOUNT_ATTR__ATIME
		if attribute &^= atime; !clear {
			c.Set |= attribute
		}
		return
	}
	c.Set, c.Clear = c.Set&^attribute, c.Clear&^attribute
	if clear {
		c.Clear |= attribute
	} else {
		c.Set |= attribute
	}
}

// changes are what is done to a mount, in order.
func (f *mountFlags) changes(bind bool) []plan.Change {
	var list []plan.Change
	if bind && !f.top.None() {
		list = append(list, f.top)
	}
	if !f.all.None() {
		list = append(list, f.all)
	}
	return append(list, f.travel...)
}

// MountOptions lists the options of mounts that isle gives a meaning; others go
// to the file system.
func MountOptions() []string {
	list := []string{"idmap", "ridmap", "tmpcopyup"}
	for i := range mountOptions {
		o := &mountOptions[i]
		list = append(list, o.name)
		if o.attribute != 0 {
			list = append(list, "r"+o.name)
		}
	}
	for i := range propagationOptions {
		list = append(list, propagationOptions[i].name)
	}
	slices.Sort(list)
	return list
}
