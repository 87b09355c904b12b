package setup

import (
	"fmt"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/engine/request"
	"isle/internal/oci"
	"isle/internal/passwd"
	"isle/internal/seccomp"
)

// maker makes one configuration.
type maker struct {
	*Input
	req  *request.Container
	spec *specs.Spec
	out  *Setup

	user   *passwd.User
	ids    ids               // of the user namespace
	joined map[string]Joined // containers that were asked for already
	given  []specs.Mount     // that the user asked for, which cover those that every container has
}

// Spec is the configuration of a container's next start, with what is to be done
// before it. It makes files and volumes, and nothing that would have to be undone.
func Spec(in *Input) (*Setup, error) {
	m := begin(in)
	for _, part := range []func() error{
		m.namespaces, m.idMaps, m.identity, m.privileges, m.filter, m.rlimits,
		m.process, m.resources, m.devices, m.mounts, m.hidden, m.sysctls,
	} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	return m.out, nil
}

// begin is a configuration that says nothing yet.
func begin(in *Input) *maker {
	m := &maker{Input: in, req: in.Request}
	m.spec = &specs.Spec{
		Version:     specs.Version,
		Root:        &specs.Root{Path: in.Root, Readonly: in.Request.ReadOnly},
		Process:     &specs.Process{},
		Annotations: map[string]string{},
		Linux:       &specs.Linux{Resources: &specs.LinuxResources{}},
	}
	m.out = &Setup{Spec: m.spec}
	for k, v := range m.req.Annotations {
		m.spec.Annotations[k] = v
	}
	return m
}

// PassedOver is what a request asks for that its container will not have, since
// nobody can give it here. It is known before the container is started.
func PassedOver(r *request.Container) (list []error) {
	m := begin(&Input{Request: r, Warn: func(err error) { list = append(list, err) }})
	for _, part := range []func() error{m.labels, m.resources} {
		part() // an error is told at the start
	}
	return list
}

func (m *maker) warn(format string, args ...any) {
	if m.Warn != nil {
		m.Warn(fmt.Errorf(format, args...))
	}
}

// filter is the seccomp profile.
func (m *maker) filter() error {
	switch name := m.req.Seccomp; {
	case name == "unconfined" || name == "" && m.req.Privileged:
		return nil
	case name == "" || name == "default":
		m.spec.Annotations[oci.AnnotationSeccomp] = "default"
		return nil
	default:
		host, err := seccomp.ThisHost(m.spec.Process.Capabilities.Bounding)
		if err == nil {
			m.spec.Linux.Seccomp, err = seccomp.ParseFile(name, host)
		}
		if err != nil {
			return fmt.Errorf("--security-opt seccomp: %w", err)
		}
		return nil
	}
}
