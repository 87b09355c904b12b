package conformance

// file is one file of the suite, with what is known of it.
type file struct {
	name string
	// needs is what the machine must have for any runtime to pass.
	needs need
	// why isle does not pass, whatever the machine, and why on cgroup v2.
	why, why2 string
	// races says what the file takes for ordered and is not. It is run while no
	// other is, and again when it fails.
	races string
}

// Reasons that several files share.
const (
	pointers = "The test compares the addresses of two limits and not the limits, since `pids.limit` became a pointer in version 1.3 (runtime-tools#795)."
	noWeight = "The test reads `blkio.weight` and `blkio.leaf_weight`, which went from the kernel with the CFQ scheduler in Linux 5.0."
	noKernel = "The test sets and reads `memory.kmem.limit_in_bytes`, which keeps no value since Linux 5.16."
	only1    = "The suite reads cgroup v1 alone."
)

// files are those of the suite, in the order of their names.
var files = [suitePrograms]file{
	{name: "config_updates_without_affect"},
	{name: "create"},
	{name: "default"},
	{name: "delete"},
	{name: "delete_only_create_resources", why2: only1},
	{name: "delete_resources", why: pointers},
	{name: "hooks", why: "The test expects lines that its own hooks do not print (`post-start1` for `post-start1 called`), and reports a failure in any case."},
	{name: "hooks_stdin"},
	{name: "hostname"},
	{name: "kill"},
	{name: "kill_no_effect"},
	{name: "killsig", races: "the program's trap and the signal"},
	{name: "linux_cgroups_blkio", why: noWeight},
	{name: "linux_cgroups_cpus", needs: cpuset, why2: only1},
	{name: "linux_cgroups_devices", why2: only1},
	{name: "linux_cgroups_hugetlb", needs: hugetlb, why2: only1},
	{name: "linux_cgroups_memory", why: noKernel},
	{name: "linux_cgroups_network", needs: network, why2: only1},
	{name: "linux_cgroups_pids", why: pointers},
	{name: "linux_cgroups_relative_blkio", why: noWeight},
	{name: "linux_cgroups_relative_cpus", needs: cpuset, why2: only1},
	{name: "linux_cgroups_relative_devices", why2: only1},
	{name: "linux_cgroups_relative_hugetlb", needs: hugetlb, why2: only1},
	{name: "linux_cgroups_relative_memory", why: noKernel},
	{name: "linux_cgroups_relative_network", needs: network, why2: only1},
	{name: "linux_cgroups_relative_pids", why: pointers},
	{name: "linux_devices"},
	{name: "linux_masked_paths"},
	{name: "linux_mount_label"},
	{name: "linux_ns_itype"},
	{name: "linux_ns_nopath"},
	{name: "linux_ns_path"},
	{name: "linux_ns_path_type"},
	{name: "linux_process_apparmor_profile", needs: apparmor},
	{name: "linux_readonly_paths"},
	{name: "linux_rootfs_propagation"},
	{name: "linux_seccomp"},
	{name: "linux_sysctl"},
	{name: "linux_uid_mappings"},
	{name: "misc_props", why: "The test has `/runtimetest` executed, and never copies it into the container."},
	{name: "mounts"},
	{name: "pidfile", races: "the program's end and the signal", why: "The test kills a program that has ended and takes the error for a fault, which the file `kill` demands (runtime-tools#813). It passes where the signal comes first."},
	{name: "poststart", races: "the program's line and the hook's"},
	{name: "poststart_fail", why: "The test wants a warning and the other hooks. Since version 1.3 a `poststart` hook that fails is an error, and the container is stopped and removed (runtime-spec#1262)."},
	{name: "poststop"},
	{name: "poststop_fail"},
	{name: "prestart", why: "The test wants `prestart` hooks in `start`. Since version 1.1 they are called in `create` (runtime-spec#1169)."},
	{name: "prestart_fail"},
	{name: "process"},
	{name: "process_capabilities", needs: capabilities},
	{name: "process_capabilities_fail", why: "The test wants an error for a capability that the kernel has not got. Since version 1.1 that is a warning (runtime-spec#1094)."},
	{name: "process_oom_score_adj"},
	{name: "process_rlimits", why: "The test asks its own process for the limit of open files, which Go's start has raised (runtime-tools#806)."},
	{name: "process_rlimits_fail"},
	{name: "process_user"},
	{name: "root_readonly_true"},
	{name: "start", why: "The test wants `start` to succeed for a container without a process, under the words that this MUST be an error, as it is (runtime-tools#813)."},
	{name: "state"},
}
