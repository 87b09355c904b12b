// Package resources is the cgroup side of a container: where its cgroup is, its
// making, limits, freezing, killing, measuring and removal, on cgroup version 1,
// version 2 and both beside each other, alone or through systemd.
//
// It imports nothing of isle but internal/cgroup and internal/beside. It rests on
// cgroups(7), the kernel's admin-guide/cgroup-v1 and cgroup-v2, and config-linux.md
// of the OCI runtime specification.
package resources
