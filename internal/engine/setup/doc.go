// Package setup turns what a container was asked to be and what its image says
// into an OCI runtime configuration, at each of its starts.
//
// It makes the files that the container gets from isle, such as /etc/hosts, and
// reads the image's where it must, /etc/passwd for one, before anything is
// mounted. It starts nothing, and must not import engine. It rests
// on the OCI image specification ("Conversion to OCI Runtime Configuration"),
// podman-run(1) for what is meant where nothing was said, and user_namespaces(7).
package setup
