// Command isle-systemd asks systemd for the unit that is a container's cgroup. It
// is a program of its own because a D-Bus library makes every start slower. It is
// for isle to call, not for a person: internal/oci/resources/unit is what the two
// say to each other.
//
// It imports nothing else of isle. It rests on org.freedesktop.systemd1(5).
package main
