// Package bundle reads, checks and makes the configurations of the OCI runtime
// specification 1.3: a bundle's config.json, the process of "exec" and the
// resources of "update". Everything wrong is told at once, each with its JSON path.
//
// It imports nothing of isle and changes nothing on the host. It rests on config.md,
// config-linux.md and bundle.md of the specification and, for what no kernel can do,
// on the man pages that the checks name. JSON is RFC 8259's, read by exact names.
package bundle

//go:generate go run ./gen
