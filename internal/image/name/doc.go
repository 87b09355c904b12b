// Package name reads names of images: [HOST[:PORT]/]PATH[:TAG][@DIGEST], as
// docker and podman write them.
//
// It imports nothing of isle and nothing that is slow to start. It rests on the
// OCI distribution specification for the grammar of paths, tags and digests.
package name
