// Package oci is the command line of an OCI runtime, a superset of runc's and
// crun's: engines start containers through it.
//
// It has flags and output, and no logic, which container has. It rests on the
// OCI runtime specification and the runtime-tools' command-line interface.
package oci
