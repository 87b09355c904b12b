package feature

import "testing"

// TestNoCgroups takes the cgroup mounts away in a mount namespace, and mends it.
func TestNoCgroups(t *testing.T) {
	needRoot(t)
	if err := Cgroups.Err(); err != nil {
		t.Skip(err)
	}
	const script = "umount -R /sys/fs/cgroup"
	answers := in(t, script, "--mount")
	f := answers[Cgroups.Name]
	if !f.No || len(f.Fix) != 1 || !answers[CgroupDelegation.Name].No {
		t.Fatal(f, answers[CgroupDelegation.Name])
	}
	if f := in(t, script+"\n"+f.Fix[0], "--mount")[Cgroups.Name]; f.Detail != "version 2" {
		t.Error(f)
	}
}
