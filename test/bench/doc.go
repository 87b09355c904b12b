// Package bench measures isle beside its peers: each pair of commands is run in
// turn, so that a machine that gets slower slows both, and what is reported is
// the ratio of the medians. Nothing here passes or fails by a time.
//
// Run it with make bench. It imports nothing of isle. The peers are unshare(1),
// nsenter(1) and bwrap(1), as they are installed.
package bench
