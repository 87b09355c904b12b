package audit

import "golang.org/x/sys/unix"

// risky is a system call that a filter had better refuse.
type risky struct {
	name    string
	weight  float64           // in its group
	numbers [len(abis)]uint32 // by abis
	arg     uint64            // the first argument that makes it so
}

// none is the number of a call that an ABI does not have.
const none = 1<<32 - 1

// Arguments that matter: a new user namespace, and PTRACE_ATTACH.
const (
	newUser = unix.CLONE_NEWUSER
	attach  = unix.PTRACE_ATTACH
)

// The groups of calls, each of which is a rule. The numbers are those of
// package seccomp's table.
var callsMount = [...]risky{
	{"mount", 1, [...]uint32{165, 21, 40, 21}, 0},
	{"umount2", 0.3, [...]uint32{166, 52, 39, 52}, 0},
	{"pivot_root", 0.5, [...]uint32{155, 217, 41, 218}, 0},
	{"move_mount", 0.7, [...]uint32{429, 429, 429, 429}, 0},
	{"fsopen", 0.6, [...]uint32{430, 430, 430, 430}, 0},
	{"fsmount", 0.4, [...]uint32{432, 432, 432, 432}, 0},
	{"fspick", 0.3, [...]uint32{433, 433, 433, 433}, 0},
	{"open_tree", 0.5, [...]uint32{428, 428, 428, 428}, 0},
	{"mount_setattr", 0.4, [...]uint32{442, 442, 442, 442}, 0},
	{"chroot", 0.1, [...]uint32{161, 61, 51, 61}, 0},
}

var callsNamespace = [...]risky{
	{"unshare", 1, [...]uint32{272, 310, 97, 337}, newUser},
	{"clone", 1, [...]uint32{56, 120, 220, 120}, newUser},
	{"clone3", 0.7, [...]uint32{435, 435, 435, 435}, 0},
	{"setns", 0.7, [...]uint32{308, 346, 268, 375}, 0},
}

var callsKernel = [...]risky{
	{"bpf", 1, [...]uint32{321, 357, 280, 386}, 0},
	{"perf_event_open", 0.8, [...]uint32{298, 336, 241, 364}, 0},
	{"io_uring_setup", 0.8, [...]uint32{425, 425, 425, 425}, 0},
	{"userfaultfd", 0.6, [...]uint32{323, 374, 282, 388}, 0},
	{"keyctl", 0.6, [...]uint32{250, 288, 219, 311}, 0},
	{"add_key", 0.4, [...]uint32{248, 286, 217, 309}, 0},
	{"request_key", 0.3, [...]uint32{249, 287, 218, 310}, 0},
	{"modify_ldt", 0.1, [...]uint32{154, 123, none, none}, 0},
}

var callsCode = [...]risky{
	{"init_module", 1, [...]uint32{175, 128, 105, 128}, 0},
	{"finit_module", 1, [...]uint32{313, 350, 273, 379}, 0},
	{"delete_module", 0.3, [...]uint32{176, 129, 106, 129}, 0},
	{"create_module", 0.1, [...]uint32{174, 127, none, none}, 0},
	{"kexec_load", 1, [...]uint32{246, 283, 104, 347}, 0},
	{"kexec_file_load", 1, [...]uint32{320, none, 294, 401}, 0},
}

var callsTrace = [...]risky{
	{"ptrace", 0.6, [...]uint32{101, 26, 117, 26}, attach},
	{"process_vm_readv", 0.5, [...]uint32{310, 347, 270, 376}, 0},
	{"process_vm_writev", 0.7, [...]uint32{311, 348, 271, 377}, 0},
	{"pidfd_getfd", 0.6, [...]uint32{438, 438, 438, 438}, 0},
	{"process_madvise", 0.2, [...]uint32{440, 440, 440, 440}, 0},
	{"kcmp", 0.2, [...]uint32{312, 349, 272, 378}, 0},
}

var callsHandle = [...]risky{
	{"open_by_handle_at", 1, [...]uint32{304, 342, 265, 371}, 0},
	{"name_to_handle_at", 0.2, [...]uint32{303, 341, 264, 370}, 0},
}

var callsMachine = [...]risky{
	{"reboot", 1, [...]uint32{169, 88, 142, 88}, 0},
	{"iopl", 0.8, [...]uint32{172, 110, none, none}, 0},
	{"ioperm", 0.8, [...]uint32{173, 101, none, none}, 0},
	{"swapon", 0.5, [...]uint32{167, 87, 224, 87}, 0},
	{"swapoff", 0.3, [...]uint32{168, 115, 225, 115}, 0},
	{"acct", 0.4, [...]uint32{163, 51, 89, 51}, 0},
	{"settimeofday", 0.3, [...]uint32{164, 79, 170, 79}, 0},
	{"clock_settime", 0.3, [...]uint32{227, 264, 112, 262}, 0},
	{"syslog", 0.3, [...]uint32{103, 103, 116, 103}, 0},
	{"sethostname", 0.1, [...]uint32{170, 74, 161, 74}, 0},
	{"setdomainname", 0.1, [...]uint32{171, 121, 162, 121}, 0},
	{"quotactl", 0.2, [...]uint32{179, 131, 60, 131}, 0},
	{"vhangup", 0.1, [...]uint32{153, 111, 58, 111}, 0},
}
