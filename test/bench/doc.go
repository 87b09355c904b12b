// Package bench measures isle beside its peers: each pair of commands is run in
// turn, so that a machine that gets slower slows both, and what is reported is
// the ratio of the medians. Nothing here passes or fails by a time.
//
// Run it with make bench. Of isle it imports the default seccomp profile. The peers are unshare(1),
// nsenter(1), bwrap(1), runc and crun, as they are installed.
package bench
