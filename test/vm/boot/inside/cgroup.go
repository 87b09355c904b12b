package inside

import (
	"fmt"
	"os"
	"strings"
)

const (
	cgroups   = "/sys/fs/cgroup"
	delegated = cgroups + "/job"
	leaf      = delegated + "/leaf"
)

// handed are the files of a delegated cgroup that become its user's, beside the
// folder; see "Delegation Containment" in the kernel's cgroup-v2.rst.
var handed = []string{"", "/cgroup.procs", "/cgroup.threads", "/cgroup.subtree_control"}

// delegate makes the cgroup that the job starts in, a leaf of one that belongs to
// the user name. Both have every controller of the kernel's.
func delegate(name string) (*os.File, error) {
	who, err := lookUp(name)
	if err != nil {
		return nil, err
	}
	for _, dir := range []string{cgroups + "/init", delegated, leaf} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(cgroups+"/init/cgroup.procs", []byte("0"), 0); err != nil {
		return nil, fmt.Errorf("leave the first cgroup: %w", err)
	}
	for _, dir := range []string{cgroups, delegated} {
		if err := enable(dir); err != nil {
			return nil, err
		}
	}
	for _, dir := range []string{delegated, leaf} {
		for _, file := range handed {
			if err := os.Chown(dir+file, who.uid, who.gid); err != nil {
				return nil, err
			}
		}
	}
	return os.Open(leaf)
}

// enable gives the cgroups in dir every controller that dir has.
func enable(dir string) error {
	controllers, err := os.ReadFile(dir + "/cgroup.controllers")
	if err != nil {
		return err
	}
	words := "+" + strings.Join(strings.Fields(string(controllers)), " +")
	if err := os.WriteFile(dir+"/cgroup.subtree_control", []byte(words), 0); err != nil {
		return fmt.Errorf("enable %s in %s: %w", words, dir, err)
	}
	return nil
}
