package review

import (
	"errors"
	"os"

	"isle/internal/cli/parent"
	"isle/internal/idmap"
	"isle/internal/review"
	"isle/ns"
	"isle/sandbox"
)

// goInside runs isle in a user namespace with the ids of the program's. An
// ordinary user's program can have made files of subordinate ids, and closed
// ones of its own, which only their root can read.
func goInside(prog string, r *review.Review, store *review.Store, words []string) int {
	helper := sandbox.Command("/proc/self/exe", append([]string{InsideCommand, store.Dir}, words...)...)
	helper.Config = sandbox.Config{New: ns.Set(0).With(ns.User), UIDMap: ranges(r.Users), GIDMap: ranges(r.Groups)}
	helper.Stdin, helper.Stdout, helper.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := helper.Run()
	var ended *sandbox.ExitError
	if errors.As(err, &ended) {
		if ended.Status.Signaled() {
			return 128 + int(ended.Status.Signal())
		}
		return ended.Status.ExitStatus()
	}
	if err != nil {
		return parent.Classic.Report(prog, err)
	}
	return 0
}

func ranges(m idmap.Map) []sandbox.IDMap {
	var list []sandbox.IDMap
	for _, r := range m {
		list = append(list, sandbox.IDMap(r))
	}
	return list
}
