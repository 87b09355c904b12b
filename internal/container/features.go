package container

import (
	"os"
	"slices"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	spec "github.com/opencontainers/runtime-spec/specs-go/features"

	"isle/internal/caps"
	"isle/internal/oci"
	"isle/internal/seccomp"
	"isle/ns"
)

// Features is what isle can do as an OCI runtime, on this host as far as that
// is the host's affair (OCI runtime specification, features.md).
func Features() *spec.Features {
	yes, no := true, false
	there := func(path string) *bool {
		if _, err := os.Stat(path); err != nil {
			return &no
		}
		return &yes
	}
	return &spec.Features{
		OCIVersionMin: "1.0.0", OCIVersionMax: specs.Version,
		Hooks:        []string{"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"},
		MountOptions: oci.MountOptions(),
		Linux: &spec.Linux{
			Namespaces:   namespaces(),
			Capabilities: caps.UpTo(caps.Last()).Names(),
			Cgroup:       &spec.Cgroup{V1: &yes, V2: &yes, Systemd: &yes, SystemdUser: &yes, Rdma: &yes},
			Seccomp: &spec.Seccomp{Enabled: &yes, Actions: seccomp.Actions(), Operators: seccomp.Operators(), Archs: seccomp.Archs(),
				KnownFlags: seccomp.Flags(), SupportedFlags: seccomp.Flags()},
			Apparmor: &spec.Apparmor{Enabled: there("/sys/kernel/security/apparmor")},
			Selinux:  &spec.Selinux{Enabled: there("/sys/fs/selinux/enforce")},
			IntelRdt: &spec.IntelRdt{Enabled: &yes, Schemata: &yes, Monitoring: &yes},
			MemoryPolicy: &spec.MemoryPolicy{
				Modes: []string{string(specs.MpolDefault), string(specs.MpolPreferred), string(specs.MpolBind), string(specs.MpolInterleave), string(specs.MpolLocal), string(specs.MpolPreferredMany), string(specs.MpolWeightedInterleave)},
				Flags: []string{string(specs.MpolFStaticNodes), string(specs.MpolFRelativeNodes), string(specs.MpolFNumaBalancing)},
			},
			MountExtensions: &spec.MountExtensions{IDMap: &spec.IDMap{Enabled: &yes}},
			NetDevices:      &spec.NetDevices{Enabled: &yes},
		},
	}
}

func namespaces() []string {
	var list []string
	for _, k := range ns.All.Kinds() {
		list = append(list, string(oci.NameOf(k)))
	}
	slices.Sort(list)
	return list
}
