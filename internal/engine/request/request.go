package request

import "time"

// Container is what a container was asked to be. Numbers that are 0 and texts
// that are empty were not given, unless it is said otherwise. It is written as
// JSON when the container is created; only update and rename change it.
type Container struct {
	Version int // of this form: 1
	ID      string
	Name    string
	Created time.Time
	Image   Image

	// What is executed. Entrypoint is nil if that of the image is to be used, and
	// empty if none is; Command is what follows the image's name.
	Entrypoint []string
	Command    []string
	Env        []string // NAME=VALUE, after the image's
	UnsetEnv   []string // names of the image's variables that are left out
	UnsetAll   bool     // all of them are
	Workdir    string
	User       string   // USER[:GROUP], names or numbers
	Groups     []string // additional ones; "keep-groups" keeps the caller's
	Umask      string
	Terminal   bool
	OpenStdin  bool
	Init       bool
	Timezone   string // of /etc/localtime: a name, or "local"

	Labels      map[string]string
	Annotations map[string]string

	// Namespaces: "" is one of its own; "host", "container:NAME", "ns:PATH", or
	// what podman has for the kind. Userns is "", "host", "auto[:OPTIONS]",
	// "keep-id[:OPTIONS]", "nomap", "ns:PATH" or "container:NAME".
	Network, PID, IPC, UTS, Cgroupns, Userns string
	UIDMap, GIDMap                           []string // IN:OUT:COUNT
	Hostname, Domainname                     string
	AddHost, DNS, DNSSearch, DNSOption       []string
	Expose                                   []string // PORT[/PROTOCOL]

	// Files.
	ReadOnly      bool
	ReadOnlyTmpfs bool // with ReadOnly: /run, /tmp and /var/tmp can be written to all the same
	Mounts        []Mount
	VolumesFrom   []string // CONTAINER[:OPTIONS]
	ImageVolumes  string   // what is done with the image's volumes: "bind" or "anonymous" (""), "tmpfs", "ignore"
	Secrets       []Secret
	Devices       []string // HOST[:CONTAINER][:rwm]
	ShmSize       int64    // bytes
	NoHosts       bool     // leave /etc/hosts alone

	// Privileges.
	CapAdd, CapDrop       []string
	Privileged            bool
	Seccomp               string // a file, or "unconfined"
	NoNewPrivileges       bool
	AppArmor              string
	Label                 []string // security labels, as --security-opt label=X has them
	Mask, Unmask          []string
	Sysctl                map[string]string
	Ulimits               []string // NAME=SOFT[:HARD]; "host"
	OOMScoreAdj           *int
	Rootless              bool // it was created by an ordinary user
	CgroupParent, Cgroups string
	Limits                Limits

	// Life.
	Remove      bool   // when it has ended
	Restart     string // "no" (""), "on-failure", "always", "unless-stopped"
	RestartMax  int    // of on-failure; 0: no bound
	StopSignal  string // "": the image's, or SIGTERM
	StopTimeout *int   // seconds until SIGKILL; nil: 10
	Timeout     int    // seconds that it may run
	Log         Log
	Health      *Health // nil: the image's
	PidFile     string
	DetachKeys  *string // nil: ctrl-p,ctrl-q; "" there are none
}

// Image is the image that a container is made from.
type Image struct {
	Name   string // as it is called in full, else as it was asked for
	ID     string // sha256:HEX of its configuration
	Digest string // sha256:HEX of its manifest, by which the store has it
	RootFS string // instead of an image: a folder of the host (--rootfs)
}

// Mount is a place of the container's with files from somewhere else.
type Mount struct {
	Type     string // bind, volume, tmpfs, image, devpts, ramfs, overlay
	Source   string // bind, overlay: a path of the host; volume: its name, "" for an anonymous one; image: its name
	Target   string
	Options  []string // of mount(8), and U, z, Z, O, copy, nocopy, idmap, as podman-run(1) has them
	ReadOnly bool
	Size     int64  // tmpfs: bytes
	Mode     string // tmpfs: octal
	Subpath  string // volume, image: what of it is seen
}

// Secret is a secret that the container gets to read.
type Secret struct {
	Name   string
	Env    string // the variable that holds it, or
	Target string // the file: absolute, or below /run/secrets
	UID    uint32
	GID    uint32
	Mode   uint32 // of the file, 0444 unless given
}

// Limits are what the container's cgroups hold it to. Nil and 0: no limit was given.
type Limits struct {
	Memory            int64 // bytes
	MemorySwap        int64 // bytes of memory and swap; -1: as much as there is
	MemoryReservation int64 // bytes
	MemorySwappiness  *int64
	OOMKillDisable    bool
	CPUs              float64 // how many
	CPUShares         uint64
	CPUPeriod         uint64 // microseconds
	CPUQuota          int64  // microseconds
	CPURtPeriod       uint64
	CPURtRuntime      int64
	CpusetCPUs        string
	CpusetMems        string
	PidsLimit         *int64 // -1 and 0: as many as there are; nil: isle's own, 2048
	BlkioWeight       uint16
	BlkioWeightDevice []string // PATH:WEIGHT
	ReadBps, WriteBps []string // PATH:RATE in bytes a second
	ReadIOps          []string // PATH:RATE a second
	WriteIOps         []string
	Unified           map[string]string // files of cgroup version 2
	DeviceCgroupRules []string
}

// Log is where the container's output is kept.
type Log struct {
	Driver  string            // "json-file" (""; k8s-file and local are taken for it), "journald", "none", "passthrough"
	Options map[string]string // max-size (bytes), max-file, path, tag, labels
}

// Health says how it is found out whether the container does what it should.
type Health struct {
	None          bool     // not at all, whatever the image says
	Test          []string // CMD and words, CMD-SHELL and one text; empty: the image's
	Interval      time.Duration
	Timeout       time.Duration
	StartPeriod   time.Duration
	StartInterval time.Duration
	Retries       int
	OnFailure     string // "none" (""), "kill", "restart", "stop"
}
