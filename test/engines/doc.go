// Package engines has real engines drive isle's OCI runtime from end to end:
// podman with conmon, containerd with ctr and its runc shim, and dockerd. Each
// runs in namespaces of its own, with its state in memory, and is gone afterwards.
// ISLE_ENGINES=1 asks for it; an engine that is not installed is skipped.
//
// It imports nothing of isle. It rests on the OCI runtime specification 1.3,
// unshare(1), cgroup_namespaces(7) and the manuals of podman, ctr and dockerd.
package engines
