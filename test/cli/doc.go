// Package cli tries the built isle as unshare and nsenter, as a user would:
// what others get wrong must be right here, and what the shell form of a plan
// does must be what isle does.
//
// It imports nothing of isle. It rests on unshare(1) and nsenter(1).
package cli
