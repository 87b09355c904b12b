package conformance

import (
	"os"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// machine is where the suite was run, as far as the outcome depends on it.
type machine struct {
	Kernel, Arch string
	Cgroup       string // "v1" or "v2"
	// Lacks has, for each need that is not met, what is missing.
	Lacks map[need]string `json:",omitempty"`
}

// look finds out what this machine is.
func look() (machine, error) {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return machine{}, err
	}
	trees, err := hierarchies("none")
	if err != nil {
		return machine{}, err
	}
	m := machine{Kernel: version(unix.ByteSliceToString(name.Release[:])), Arch: runtime.GOARCH, Cgroup: "v1", Lacks: map[need]string{}}
	if trees[0].Controllers == "" {
		m.Cgroup = "v2"
	}
	for _, n := range needs {
		missing, err := n.missing(trees)
		if err != nil {
			return machine{}, err
		}
		if missing != "" {
			m.Lacks[n.need] = missing
		}
	}
	return m, nil
}

// version is a kernel's release without what its builder added.
func version(release string) string {
	end := strings.IndexFunc(release, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if end < 0 {
		return release
	}
	return strings.TrimRight(release[:end], ".")
}

// excuse says why isle does not pass a file on this machine, empty if it must.
// It is known beforehand unless it depends on the machine, or is a race.
func (m machine) excuse(f file) (why string, known bool) {
	switch {
	case f.why != "":
		return f.why, f.races == ""
	case m.Cgroup == "v2" && f.why2 != "":
		return f.why2, true
	}
	return m.Lacks[f.needs], false
}

// is says whether a file of the kernel's holds a word.
func is(file, word string) bool {
	text, err := os.ReadFile(file)
	return err == nil && strings.TrimSpace(string(text)) == word
}
