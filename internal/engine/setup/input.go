package setup

import (
	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/engine/request"
	"isle/internal/idmap"
	"isle/internal/image/store"
)

// Input is what a configuration is made of.
type Input struct {
	Request *request.Container
	Image   *store.Config // nil for a container of a folder
	// Layers are the folders that the container's root consists of: what it has
	// written and then the image's layers, or the one folder that it is.
	Layers Layers
	Root   string // where the root is when the process is made
	Dir    string // the container's folder; what isle makes for it is in "files" there

	// Who answers questions about other things; nil if the request asks none.
	Container func(name string) (Joined, error) // a container that runs
	Other     func(name string) (*request.Container, *store.Config, error)
	Volume    func(name string) (string, error) // the folder of a named volume, made if it is not there
	Secret    func(name string) ([]byte, error)
	ImageRoot func(name string) (Layers, error)
	Taken     func() (idmap.Map, error) // the host's ids that containers have by --userns auto

	Warn func(error) // is told of what is passed over; may be nil
}

// Joined is another container whose namespaces are joined.
type Joined struct {
	PID  int
	Dir  string      // its folder
	Spec *specs.Spec // its configuration
}

// Setup is how a container is started.
type Setup struct {
	Spec      *specs.Spec
	NoCgroups bool // it stays in the cgroups of its caller
	Systemd   bool // systemd makes its cgroup

	Anonymous []string  // volumes that it alone has
	IDs       idmap.Map // ids of the host that it alone has
	Copies    []CopyUp  // to be done before the start
	Chowns    []Chown   // to be done before the start, after the copies
}
