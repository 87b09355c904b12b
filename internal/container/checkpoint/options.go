package checkpoint

// Options are what the command line says of a checkpoint or a restore; their
// names are criu's.
type Options struct {
	Program string // criu; "" looks for it in PATH
	Images  string // the directory of the files that hold the processes
	Work    string // of logs and statistics; "" is Images

	TCPEstablished bool // connections too
	ExtUnixSk      bool // sockets whose other end is outside
	ShellJob       bool // a terminal that is isle's own
	FileLocks      bool
	AutoDedup      bool // make holes in older files for what newer ones hold
	LazyPages      bool // memory later, when it is used
	EmptyNet       bool // leave the network namespace empty
	TCPClose       bool // restore connections as closed
	Cgroups        CgroupMode
	NetworkLock    int // one of NetworkLocks

	// Those of a checkpoint.
	PreDump      bool   // memory only, of processes that go on
	Parent       string // the directory of an earlier pre-dump, relative to Images
	LeaveRunning bool
	SkipInFlight bool    // connections that are being made
	LinkRemap    bool    // files that were removed but are open
	PageServer   Address // that memory is sent to
	StatusFD     int     // told when memory can be fetched, -1 if there is none

	// Those of a restore.
	LSMProfile, LSMMountContext string
}

// CgroupMode says what of the cgroups of the processes criu makes again (criu(8),
// --manage-cgroups).
type CgroupMode int

// The modes that runtimes offer, with criu's numbers for them.
const (
	CgroupsIgnore CgroupMode = 0
	CgroupsSoft   CgroupMode = 3
	CgroupsFull   CgroupMode = 4
	CgroupsStrict CgroupMode = 5
)

// NetworkLocks are the names of the ways to keep packets from connections while
// criu works, by criu's numbers for them; 0 is criu's choice (criu(8)).
var NetworkLocks = [...]string{"", "iptables", "nftables", "skip"}

var cgroupModes = [...]struct {
	name string
	mode CgroupMode
}{{"", CgroupsSoft}, {"soft", CgroupsSoft}, {"full", CgroupsFull}, {"strict", CgroupsStrict}, {"ignore", CgroupsIgnore}}

// ParseCgroupMode reads the name of a mode; "" is soft.
func ParseCgroupMode(name string) (CgroupMode, bool) {
	for _, m := range cgroupModes {
		if m.name == name {
			return m.mode, true
		}
	}
	return 0, false
}
