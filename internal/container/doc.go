// Package container keeps OCI containers: their state on disk, and what the
// verbs of a runtime do with them, from create to delete. No process of isle's
// stays beside a container.
//
// Messages and flags are the command's affair. It rests on the OCI runtime
// specification 1.3, runtime.md.
package container
