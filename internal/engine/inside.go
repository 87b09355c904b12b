package engine

import (
	"fmt"
	"os"

	"isle/internal/idmap"
	"isle/ns"
	"isle/sandbox"
)

// ClearCommand is the first word of isle's command line when it is to remove a
// folder, as the root of a user namespace with the user's subordinate ids.
const ClearCommand = "container-clear"

// inside executes isle once more in such a user namespace.
func inside(words ...string) error {
	_, err := insideFor(words...)
	return err
}

// insideFor does so for what that prints.
func insideFor(words ...string) ([]byte, error) {
	maps, err := idmap.Rootless(idmap.Local())
	if err != nil {
		return nil, fmt.Errorf("subordinate ids: %w", err)
	}
	cmd := sandbox.Command("/proc/self/exe", words...)
	cmd.Config = sandbox.Config{New: ns.Set(0).With(ns.User), UIDMap: ranges(maps.Users), GIDMap: ranges(maps.Groups)}
	cmd.Stderr = os.Stderr
	return cmd.Output()
}

func ranges(m idmap.Map) (list []sandbox.IDMap) {
	for _, r := range m {
		list = append(list, sandbox.IDMap(r))
	}
	return list
}

// Clear removes a folder; it is what ClearCommand does.
func Clear(path string) error { return os.RemoveAll(path) }
