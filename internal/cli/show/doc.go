// Package show prints what engines print: columns, JSON, sizes and times in the
// words that people know from podman and docker.
//
// It knows no command and must stay light: it is part of isle's own program.
package show
