// Package conformance holds isle's OCI runtime against the validation suite of
// opencontainers/runtime-tools: 58 programs that drive a runtime's command line
// and print what they found in the Test Anything Protocol. The suite is fetched
// and built apart from this module, and each program runs in a room of its own.
//
// It imports nothing of isle. It rests on the OCI runtime specification 1.3,
// mount_namespaces(7), pid_namespaces(7), cgroups(7) and testanything.org.
package conformance
