package audit

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// daemons are sockets of programs that do for others what only root may, with
// %d for the process's user id on the host.
var daemons = [...]struct {
	path   string
	weight float64
	who    string
}{
	{"/run/docker.sock", 1, "docker"},
	{"/var/run/docker.sock", 1, "docker"},
	{"/run/containerd/containerd.sock", 1, "containerd"},
	{"/run/k3s/containerd/containerd.sock", 1, "containerd"},
	{"/run/crio/crio.sock", 1, "cri-o"},
	{"/run/podman/podman.sock", 1, "podman"},
	{"/run/buildkit/buildkitd.sock", 0.8, "buildkit"},
	{"/var/lib/lxd/unix.socket", 1, "LXD"},
	{"/var/snap/lxd/common/lxd/unix.socket", 1, "LXD"},
	{"/var/lib/incus/unix.socket", 1, "Incus"},
	{"/run/libvirt/libvirt-sock", 0.8, "libvirt"},
	{"/run/systemd/private", 1, "systemd"},
	{"/run/dbus/system_bus_socket", 0.3, "the system bus"},
	{"/run/snapd.socket", 0.2, "snapd"},
	{"/run/user/%d/docker.sock", 0.6, "the user's docker"},
	{"/run/user/%d/podman/podman.sock", 0.6, "the user's podman"},
	{"/run/user/%d/systemd/private", 0.6, "the user's systemd"},
	{"/run/user/%d/bus", 0.4, "the user's bus"},
}

// shut is what a socket counts whose mode keeps the process from connecting.
const shut = 0.1

func checkDaemons(s *subject) verdict {
	if s.rootErr != nil {
		return untold("%v", s.rootErr)
	}
	var t tally
	seen := map[[2]uint64]bool{}
	for _, d := range daemons {
		path := strings.ReplaceAll(d.path, "%d", strconv.FormatUint(uint64(s.uid()), 10))
		f, err := s.find(path)
		// One on a file system of its own is its own daemon's.
		id := [2]uint64{f.Dev, f.Ino}
		if err != nil || f.Mode&unix.S_IFMT != unix.S_IFSOCK || seen[id] || !s.host.holds(f.Dev) {
			continue
		}
		seen[id] = true
		s.reach(&t, &f, d.weight, fmt.Sprintf("%s (%s)", path, d.who))
	}
	s.boundDaemons(&t, seen)
	return t.verdict("it reaches", "no socket of a daemon that acts as root is in its root")
}

// reach adds a socket, which takes the right to write to it.
func (s *subject) reach(t *tally, f *file, weight float64, way string) {
	if !s.may(toWrite, &f.Stat_t) {
		weight, way = weight*shut, way+", though its mode forbids to connect"
	}
	t.add(weight, way)
}

// boundDaemons looks for the same sockets mounted at other paths.
func (s *subject) boundDaemons(t *tally, seen map[[2]uint64]bool) {
	for _, m := range s.visible() {
		path, ok := s.host.path(m)
		if !ok {
			continue
		}
		for _, d := range daemons {
			if path != d.path {
				continue
			}
			if f, err := s.find(m.Point); err == nil && f.Mode&unix.S_IFMT == unix.S_IFSOCK && !seen[[2]uint64{f.Dev, f.Ino}] {
				seen[[2]uint64{f.Dev, f.Ino}] = true
				s.reach(t, &f, d.weight, fmt.Sprintf("%s (%s)", m.Point, d.who))
			}
		}
	}
}

// abstracts are beginnings of the names of sockets that belong to a network
// namespace and ask nobody who comes, or only his user id.
var abstracts = [...]struct {
	prefix string
	weight float64
}{
	{"@/containerd-shim/", 1},
	{"@/tmp/.X11-unix/", 0.7},
	{"@/tmp/.ICE-unix/", 0.3},
	{"@/tmp/dbus-", 0.5},
	{"@/org/kernel/linux/storage/multipathd", 0.5},
	{"@ISCSIADM_ABSTRACT_NAMESPACE", 0.5},
	{"@", 0.1}, // any other
}

func checkAbstract(s *subject) verdict {
	switch {
	case !s.told.Has(ns.Net):
		return untold("whether its network namespace is the host's cannot be told")
	case !s.shares(ns.Net):
		return fine("the abstract sockets of the host are in another network namespace")
	}
	var t tally
	for _, name := range s.Network.Abstract {
		for _, a := range abstracts {
			if strings.HasPrefix(name, a.prefix) {
				t.add(a.weight, name)
				break
			}
		}
	}
	return t.verdict("it reaches the host's abstract sockets", "the host has no abstract socket that waits for connections")
}
