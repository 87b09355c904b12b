// Package registry speaks to registries of images: which of them a name means,
// with which credentials, and the requests for manifests and content, tried again
// where that can help.
//
// It knows nothing of the store and writes no file but that of credentials. A
// registry may lie: who asks checks digests. It must never be linked into
// cmd/isle. It rests on the OCI distribution specification, on
// containers-registries.conf(5) and on containers-auth.json(5).
package registry
