package ns

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// Kind is one of the eight kinds of namespace the kernel has (namespaces(7)).
type Kind uint8

// The kinds, in the order in which they are to be joined or created: the user
// namespace first, because the others are then owned by it, and the mount
// namespace late, because joining it changes what paths mean.
const (
	User Kind = iota
	Cgroup
	IPC
	UTS
	Net
	PID
	Mount
	Time
)

// Kinds lists all kinds in the order of their constants.
var Kinds = [...]Kind{User, Cgroup, IPC, UTS, Net, PID, Mount, Time}

var kinds = [...]struct {
	name, file, forChildren string
	flag                    uint64
}{
	User:   {"user", "user", "user", unix.CLONE_NEWUSER},
	Cgroup: {"cgroup", "cgroup", "cgroup", unix.CLONE_NEWCGROUP},
	IPC:    {"ipc", "ipc", "ipc", unix.CLONE_NEWIPC},
	UTS:    {"uts", "uts", "uts", unix.CLONE_NEWUTS},
	Net:    {"net", "net", "net", unix.CLONE_NEWNET},
	PID:    {"pid", "pid", "pid_for_children", unix.CLONE_NEWPID},
	Mount:  {"mount", "mnt", "mnt", unix.CLONE_NEWNS},
	Time:   {"time", "time", "time_for_children", unix.CLONE_NEWTIME},
}

// Initial are the inode numbers of the namespaces that the kernel starts with, by
// kind (linux/nsfs.h). Those of the network and mount namespaces are fixed since
// Linux 6.18.
var Initial = [len(kinds)]uint64{User: 0xeffffffd, Cgroup: 0xeffffffb, IPC: 0xefffffff, UTS: 0xeffffffe, Net: 0xeffffff9, PID: 0xeffffffc, Mount: 0xeffffff8, Time: 0xeffffffa}

// InInitial says whether this process is in the namespace of a kind that the kernel
// started with. Before Linux 6.18 it is said to be in no network or mount namespace
// of these.
func InInitial(k Kind) bool {
	var st unix.Stat_t
	return unix.Stat("/proc/self/ns/"+k.File(), &st) == nil && st.Ino == Initial[k]
}

// String returns the kind's name in words: "user", "cgroup", "ipc", "uts",
// "net", "pid", "mount" or "time".
func (k Kind) String() string { return kinds[k].name }

// Flag returns the kind's CLONE_NEW* flag (clone(2)).
func (k Kind) Flag() uint64 { return kinds[k].flag }

// File returns the name of the kind's link in /proc/PID/ns, which differs from
// its name in words for the mount namespace: "mnt".
func (k Kind) File() string { return kinds[k].file }

// FileForChildren returns the name of the link in /proc/PID/ns that stands for
// the namespace a process's next children will be in: "pid_for_children" and
// "time_for_children", and File's answer for all other kinds.
func (k Kind) FileForChildren() string { return kinds[k].forChildren }

// MarshalText gives the name, for JSON.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText is ParseKind, for JSON.
func (k *Kind) UnmarshalText(text []byte) (err error) {
	*k, err = ParseKind(string(text))
	return err
}

// ParseKind returns the kind that s names, by its name in words or by its file name.
func ParseKind(s string) (Kind, error) {
	for _, k := range Kinds {
		if s == kinds[k].name || s == kinds[k].file {
			return k, nil
		}
	}
	return 0, fmt.Errorf("unknown namespace type: %s", s)
}

// Set is a set of kinds.
type Set uint8

// ParseSet returns the set of the kinds that a list names, with commas between them.
func ParseSet(list string) (Set, error) {
	var s Set
	for word := range strings.SplitSeq(list, ",") {
		k, err := ParseKind(word)
		if err != nil {
			return 0, err
		}
		s = s.With(k)
	}
	return s, nil
}

// SetOf returns the set of the given kinds.
func SetOf(ks ...Kind) Set {
	var s Set
	for _, k := range ks {
		s |= 1 << k
	}
	return s
}

// All is the set of all eight kinds.
const All Set = 0xff

// Has says whether k is in the set.
func (s Set) Has(k Kind) bool { return s&(1<<k) != 0 }

// With returns the set and k.
func (s Set) With(k Kind) Set { return s | 1<<k }

// Without returns the set less k.
func (s Set) Without(k Kind) Set { return s &^ (1 << k) }

// Kinds lists the set's members in the order of the constants.
func (s Set) Kinds() []Kind {
	var ks []Kind
	for _, k := range Kinds {
		if s.Has(k) {
			ks = append(ks, k)
		}
	}
	return ks
}

// Flags returns the CLONE_NEW* flags of the set's members, or-ed together.
func (s Set) Flags() uint64 {
	var f uint64
	for _, k := range s.Kinds() {
		f |= k.Flag()
	}
	return f
}

// MarshalJSON gives the list of the members' names.
func (s Set) MarshalJSON() ([]byte, error) {
	list := []byte{'['}
	for i, k := range s.Kinds() {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(append(append(list, '"'), k.String()...), '"')
	}
	return append(list, ']'), nil
}

// UnmarshalJSON reads such a list.
func (s *Set) UnmarshalJSON(list []byte) error {
	*s = 0
	words := strings.FieldsFunc(string(list), func(r rune) bool { return strings.ContainsRune("[]\", \t\n\r", r) })
	for _, word := range words {
		k, err := ParseKind(word)
		if err != nil {
			return err
		}
		*s = s.With(k)
	}
	return nil
}
