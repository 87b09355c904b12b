package checkpoint

import (
	"fmt"
	"os"
	"strconv"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// outsideKinds are the kinds of namespaces that criu can leave alone: they are
// given a name at the dump, and at the restore a descriptor that has it.
var outsideKinds = [...]struct {
	kind       specs.LinuxNamespaceType
	file, name string
}{{specs.NetworkNamespace, "net", "extRootNetNS"}, {specs.PIDNamespace, "pid", "extRootPidNS"}}

// joinKinds are those that criu writes down in any case, but at the restore has
// the processes join.
var joinKinds = [...]struct {
	kind specs.LinuxNamespaceType
	name string
}{{specs.UTSNamespace, "uts"}, {specs.IPCNamespace, "ipc"}, {specs.UserNamespace, "user"}, {specs.TimeNamespace, "time"}, {specs.MountNamespace, "mnt"}}

// outsideNamespaces names the namespaces of the process pid that the
// configuration says it joined.
func outsideNamespaces(spec *specs.Spec, pid int) ([]string, error) {
	var names []string
	for _, k := range outsideKinds {
		if pathOf(spec, k.kind) == "" {
			continue
		}
		var st unix.Stat_t
		if err := unix.Stat("/proc/"+strconv.Itoa(pid)+"/ns/"+k.file, &st); err != nil {
			return nil, fmt.Errorf("look at the %s namespace of the container: %w", k.kind, err)
		}
		names = append(names, fmt.Sprintf("%s[%d]:%s", k.file, st.Ino, k.name))
	}
	return names, nil
}

// pathOf is the path of the namespace of a kind that the container joined; ""
// if it has its own, or none.
func pathOf(spec *specs.Spec, kind specs.LinuxNamespaceType) string {
	for _, n := range spec.Linux.Namespaces {
		if n.Type == kind {
			return n.Path
		}
	}
	return ""
}

// namespaces hands criu those namespaces of a configuration that it is given a
// descriptor of, and tells it the paths of those that it opens itself.
func (r *Request) namespaces(spec *specs.Spec) error {
	for _, k := range outsideKinds {
		path := pathOf(spec, k.kind)
		if path == "" {
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("open the %s namespace: %w", k.kind, err)
		}
		r.inherit = append(r.inherit, inherited{k.name, r.hand(f)})
	}
	for _, k := range joinKinds {
		if path := pathOf(spec, k.kind); path != "" {
			r.join = append(r.join, joined{k.name, path})
		}
	}
	return nil
}
