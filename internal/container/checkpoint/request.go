package checkpoint

import (
	"os"

	"golang.org/x/sys/unix"
)

// Kind is what criu is asked to do, by the number it has in criu's requests.
type Kind int

// The kinds of requests.
const (
	Dump    Kind = 1
	Restore Kind = 2
	PreDump Kind = 4

	notification Kind = 6
)

// Request is what criu is asked to do.
type Request struct {
	Kind Kind
	*Options
	PID         int // of the first process to be dumped
	Root        string
	Config      string // a file of criu's options, which have the last word; "" is none
	Freezer     string // the directory of the cgroup that can be frozen; "" is none
	CgroupRoots []CgroupRoot
	External    []string // resources from outside, as criu's --external names them

	inherit []inherited
	join    []joined
	files   []*os.File // that criu is handed
	directories
}

// CgroupRoot is a container's cgroup in the hierarchy of a controller, which all
// of its processes are in or below; that of version 2 has no name.
type CgroupRoot struct{ Controller, Path string }

// inherited is a descriptor of criu's that stands for a resource.
type inherited struct {
	name string
	fd   int
}

// joined is a namespace that restored processes are put into.
type joined struct{ kind, path string }

// log is the name of criu's log in the directory Work.
func (r *Request) log() string {
	if r.Kind == Restore {
		return "restore.log"
	}
	return "dump.log"
}

// logAll has criu log what it does, which is all there is to find an error by.
const logAll = 4

// encode is the message criu_req of rpc.proto.
func (r *Request) encode() message {
	var m message
	m.number(reqType, int(r.Kind))
	m.part(reqOpts, r.options())
	return m
}

// options is the message criu_opts.
func (r *Request) options() message {
	var m message
	m.number(optImagesDir, int(r.images.Fd()))
	m.number(optWorkDir, int(r.work.Fd()))
	m.number(optLogLevel, logAll)
	m.text(optLogFile, r.log())
	m.flag(optNotify, true)
	m.flag(optOrphanTerminal, true)
	m.text(optRoot, r.Root)
	m.text(optConfig, r.Config)
	m.number(optCgroupsMode, int(r.Cgroups))
	r.switches(&m)
	if r.Kind == Restore {
		r.restore(&m)
	} else {
		r.dump(&m)
	}
	for _, name := range r.External {
		m.text(optExternal, name)
	}
	for _, c := range r.CgroupRoots {
		var root message
		root.text(1, c.Controller)
		root.text(2, c.Path)
		m.part(optCgroupRoot, root)
	}
	return m
}

// switches are those options that are for all kinds.
func (r *Request) switches(m *message) {
	for _, s := range [...]struct {
		field int
		on    bool
	}{
		{optExtUnixSk, r.ExtUnixSk}, {optTCPEstablished, r.TCPEstablished}, {optShellJob, r.ShellJob},
		{optFileLocks, r.FileLocks}, {optAutoDedup, r.AutoDedup}, {optLazyPages, r.LazyPages}, {optTCPClose, r.TCPClose},
	} {
		m.flag(s.field, s.on)
	}
	if r.NetworkLock != 0 {
		m.number(optNetworkLock, r.NetworkLock)
	}
	if r.EmptyNet {
		m.number(optEmptyNs, unix.CLONE_NEWNET)
	}
}

func (r *Request) dump(m *message) {
	m.number(optPID, r.PID)
	m.flag(optLeaveRunning, r.LeaveRunning)
	m.text(optParent, r.Parent)
	m.flag(optTrackMemory, r.Parent != "" || r.Kind == PreDump)
	m.flag(optLinkRemap, r.LinkRemap)
	m.flag(optSkipInFlight, r.SkipInFlight)
	m.text(optFreezer, r.Freezer)
	if r.PageServer.Port != 0 {
		var server message
		server.text(1, r.PageServer.Host)
		server.number(2, int(r.PageServer.Port))
		m.part(optPageServer, server)
	}
}

func (r *Request) restore(m *message) {
	m.flag(optAnyDevice, true)
	m.flag(optSibling, true)
	m.text(optLSMProfile, r.LSMProfile)
	m.text(optLSMMountContext, r.LSMMountContext)
	for _, i := range r.inherit {
		var part message
		part.text(1, i.name)
		part.number(2, i.fd)
		m.part(optInherit, part)
	}
	for _, j := range r.join {
		var part message
		part.text(1, j.kind)
		part.text(2, j.path)
		m.part(optJoin, part)
	}
}
