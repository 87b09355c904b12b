package inside

import (
	"encoding/json"
	"fmt"
	"os"
)

// Exchange is the folder in the guest that the host reads the outcome from: the
// command's output and its exit status, in the files [Output] and [Status].
const (
	Exchange = "/run/vm/exchange"
	Output   = "output"
	Status   = "status"
)

// program is this program's own file in the guest, once the disk is the root.
const program = "/run/vm/guest"

// A Job is what a guest is booted for.
type Job struct {
	Root    string   // block device of the root file system
	Disks   []Disk   // more of them
	Type    string   // file system of the shared folders: virtiofs or hostfs
	Shares  []Share  // the first is Exchange
	User    string   // runs the command
	Systemd bool     // process 1 is systemd
	Dir     string   // working directory of the command
	Env     []string // of the command, beside the usual
	Command []string
}

// A Disk is an ext4 that the guest only reads.
type Disk struct{ Device, Path string }

// A Share is a folder of the host's that the guest sees.
type Share struct {
	Source   string // tag of the device for virtiofs, path for hostfs
	Path     string // in the guest
	ReadOnly bool
}

// Called says whether this process was started by a guest's kernel, or as its
// job, and not by a user of the host.
func Called() bool {
	return os.Args[0] == "/init" || os.Args[0] == program
}

// Main does what this process was started for. It does not return.
func Main() {
	if os.Args[0] == program {
		finish(work())
	}
	err := start()
	fmt.Fprintln(os.Stderr, "vm: the guest's init:", err)
	powerOff()
}

// readJob reads the job from the file name.
func readJob(name string) (Job, error) {
	var job Job
	data, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(data, &job)
	}
	return job, err
}
