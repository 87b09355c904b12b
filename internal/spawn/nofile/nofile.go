package nofile

// Limit is a struct rlimit: the soft and the hard limit of open files at start.
var Limit [2]uint64

// getrlimit fills lim with the limit of open files; it is the bare system call.
//
//go:noescape
func getrlimit(lim *[2]uint64)

func init() { getrlimit(&Limit) }
