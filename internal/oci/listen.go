package oci

import (
	"os"
	"strconv"
)

// ListenFDs is how many descriptors from 3 on are sockets for the container:
// those that this process was handed, or of which an engine says that they are
// the container's first process's (sd_listen_fds(3)).
func ListenFDs() int {
	switch os.Getenv("LISTEN_PID") {
	case "", "1", strconv.Itoa(os.Getpid()):
	default:
		return 0
	}
	const most = 1 << 10
	n, err := strconv.ParseUint(os.Getenv("LISTEN_FDS"), 10, 16)
	if err != nil || n > most {
		return 0
	}
	return int(n)
}
