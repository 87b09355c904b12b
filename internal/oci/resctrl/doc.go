// Package resctrl puts containers into groups of the resctrl file system, which
// divide caches and memory bandwidth among processes, and counts what they use.
//
// It must never import what makes or keeps containers. It rests on the kernel's
// Documentation/filesystems/resctrl.rst and on the OCI runtime specification 1.3,
// config-linux.md, "IntelRdt".
package resctrl
