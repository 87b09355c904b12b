package container

import (
	"fmt"
	"os"
	"path/filepath"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/oci"
	"isle/internal/oci/resources"
)

// Options are what the runtime's command line says of a container or process.
type Options struct {
	Bundle        string       // "" is the working directory
	Config        string       // "" is config.json in the bundle
	Spec          *specs.Spec  // the configuration, in place of a file
	Layered       *oci.Layered // what the root is put together of, nil if it is as it is
	PidFile       string
	ConsoleSocket string // a socket that the outer end of the terminal is sent to
	PidfdSocket   string // and one for the process's pidfd
	PreserveFDs   int
	NoPivot       bool
	NoNewKeyring  bool
	Systemd       bool // cgroups are made by systemd
	NoCgroups     bool // none are made: the process stays in those of its parent
	Rootless      bool // nothing that root alone may do is asked for
	// Console takes the terminal if there is no ConsoleSocket. It may come too
	// late to say how large it is: that is ConsoleSize, nil if it is not known.
	Console     func(*os.File)
	ConsoleSize *specs.Box
	// Warn is told what does not stop the verb.
	Warn func(error)
}

func (o *Options) warn(err error) {
	if err != nil && o.Warn != nil {
		o.Warn(err)
	}
}

// group is where a container's cgroups are to be; it has none if none are made.
func (o *Options) group(id string, spec *specs.Spec) (*resources.Group, error) {
	if o.NoCgroups {
		return &resources.Group{}, nil
	}
	return resources.Resolve(resources.Config{Path: spec.Linux.CgroupsPath, ID: id, Systemd: o.Systemd, Rootless: o.Rootless, Annotations: spec.Annotations})
}

// limits are what a container's cgroups are to hold it to.
func (o *Options) limits(spec *specs.Spec) *specs.LinuxResources {
	if o.NoCgroups {
		return nil
	}
	return spec.Linux.Resources
}

// bundle is the bundle's directory, absolute and without links.
func (o *Options) bundle() (string, error) {
	dir := o.Bundle
	if dir == "" {
		dir = "."
	}
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return "", fmt.Errorf("bundle: %w", err)
	}
	return abs, nil
}

// config is the path of the configuration.
func (o *Options) config(bundle string) string {
	switch {
	case o.Config == "":
		return filepath.Join(bundle, configFile)
	case filepath.IsAbs(o.Config):
		return o.Config
	}
	abs, err := filepath.Abs(o.Config)
	if err != nil {
		return o.Config
	}
	return abs
}
