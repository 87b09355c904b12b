package setup

import (
	"fmt"
	"strings"

	"isle/internal/engine/request"
)

// options are what the options of a mount come to.
type options struct {
	kernel   []string // those that the mount is made with
	readOnly bool
	flat     bool // what is mounted below does not come along
	travels  bool // one says how mounts below it come and go

	chown, overlay, nocopy bool
	create                 bool // make the host's folder if it is not there
	upper, work            string
	nosuid, nodev          bool // one says something of these
	copyUp                 string
	sized, moded           bool
}

// Options of mounts that the kernel is given as they are.
var (
	plain  = [...]string{"exec", "noexec", "sync", "async", "dirsync", "relatime", "norelatime", "noatime", "atime", "diratime", "nodiratime", "strictatime", "symfollow", "nosymfollow", "lazytime"}
	travel = [...]string{"private", "rprivate", "slave", "rslave", "shared", "rshared", "unbindable", "runbindable"}
	// What says something to docker on other systems, or of labels that isle does
	// not make.
	passed = [...]string{"z", "Z", "rw", "copy", "consistent", "cached", "delegated", "default", "defaults", "rbind"}
)

func among(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}

func readOptions(r *request.Mount) (*options, error) {
	o := &options{readOnly: r.ReadOnly, copyUp: "tmpcopyup"}
	for _, word := range r.Options {
		if err := o.take(word, r.Type); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (o *options) take(word, kind string) error {
	key, value, valued := strings.Cut(word, "=")
	switch {
	case word == "ro" || word == "readonly":
		o.readOnly = true
	case word == "rw":
		o.readOnly = false
	case word == "bind":
		o.flat = true
	case word == "U":
		o.chown = true
	case word == "O":
		o.overlay = true
	case word == "nocopy":
		o.nocopy = true
	case word == "create":
		o.create = true
	case among(passed[:], word):
	case among(plain[:], word):
		o.kernel = append(o.kernel, word)
	case among(travel[:], word):
		o.kernel, o.travels = append(o.kernel, word), true
	case word == "suid" || word == "nosuid":
		o.kernel, o.nosuid = append(o.kernel, word), true
	case word == "dev" || word == "nodev":
		o.kernel, o.nodev = append(o.kernel, word), true
	case word == "tmpcopyup" || word == "notmpcopyup":
		o.copyUp = strings.TrimPrefix(word, "notmpcopyup")
	case (word == "idmap" || word == "ridmap" || key == "idmap" && valued) && bindLike(kind):
		o.kernel = append(o.kernel, word)
	case valued && (key == "upperdir" || key == "workdir"):
		if !strings.HasPrefix(value, "/") {
			return fmt.Errorf("option %q: it is no absolute path", word)
		}
		if key == "upperdir" {
			o.upper = value
		} else {
			o.work = value
		}
	case valued && !bindLike(kind) && freshKey(kind, key) && value != "" && !strings.Contains(value, ","):
		o.kernel = append(o.kernel, word)
		o.sized, o.moded = o.sized || key == "size", o.moded || key == "mode"
	default:
		return fmt.Errorf("there is no option %q for it", word)
	}
	return nil
}

func bindLike(kind string) bool { return kind == "" || kind == "bind" || kind == "volume" }

// freshKey says whether a new file system of a kind takes an option of that name.
func freshKey(kind, key string) bool {
	switch kind {
	case "tmpfs":
		return among([]string{"size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "huge", "mpol"}, key)
	case "ramfs":
		return key == "mode"
	case "devpts":
		return among([]string{"uid", "gid", "mode", "ptmxmode", "max"}, key)
	}
	return false
}

// bound are the options of a bind.
func (o *options) bound() []string {
	list := []string{"rbind"}
	if o.flat {
		list[0] = "bind"
	}
	list = append(list, o.access())
	if !o.travels {
		list = append(list, "rprivate")
	}
	return append(list, o.kernel...)
}

func (o *options) access() string {
	if o.readOnly {
		return "ro"
	}
	return "rw"
}

// fresh are the options of a new file system.
func (o *options) fresh(r *request.Mount) []string {
	list := append([]string{o.access()}, o.kernel...)
	if !o.travels {
		list = append(list, "rprivate")
	}
	if !o.nosuid {
		list = append(list, "nosuid")
	}
	if !o.nodev && r.Type != "devpts" {
		list = append(list, "nodev")
	}
	if r.Type != "tmpfs" {
		return list
	}
	if r.Size > 0 && !o.sized {
		list = append(list, fmt.Sprintf("size=%d", r.Size))
	}
	if r.Mode != "" && !o.moded {
		list = append(list, "mode="+r.Mode)
	}
	if o.copyUp != "" {
		list = append(list, o.copyUp)
	}
	return list
}
