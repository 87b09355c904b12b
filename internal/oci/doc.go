// Package oci makes plans of OCI bundles: of a config.json for a new container,
// and of a process that is to run in an existing one.
//
// It starts nothing and keeps no state, which is what container is for. It
// rests on the OCI runtime specification 1.3: config.md and config-linux.md.
package oci
