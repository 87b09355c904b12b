package attacks

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// naiveMain is a runtime as one writes it that has read no advisory: paths are
// joined as strings, nothing is checked, nothing is closed or dropped.
//
//	naive run BUNDLE          a container in new namespaces
//	naive exec PID PROGRAM... a program in a container's namespaces
//	naive init BUNDLE         the first, inside; not for users
//	naive enter PID PROGRAM   the second, inside
func naiveMain(args []string) int {
	verbs := map[string]func([]string) error{"run": naiveRun, "init": naiveInit, "exec": naiveExec, "enter": naiveEnter}
	if err := verbs[args[0]](args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "naive:", err)
		return 1
	}
	return 0
}

func naiveRun(args []string) error {
	spec, err := naiveSpec(args[0])
	if err != nil {
		return err
	}
	if spec.Hooks != nil {
		for _, h := range spec.Hooks.CreateRuntime {
			(&exec.Cmd{Path: h.Path, Args: h.Args}).Run()
		}
	}
	cmd := exec.Command("/proc/self/exe", append([]string{"init"}, args...)...)
	cmd.Args[0] = os.Args[0]
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWNET}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	return cmd.Run()
}

func naiveSpec(bundle string) (*specs.Spec, error) {
	var spec specs.Spec
	text, err := os.ReadFile(filepath.Join(bundle, "config.json"))
	if err == nil {
		err = json.Unmarshal(text, &spec)
	}
	return &spec, err
}

func naiveInit(args []string) error {
	spec, err := naiveSpec(args[0])
	if err != nil {
		return err
	}
	root := filepath.Join(args[0], spec.Root.Path)
	unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
	for _, m := range spec.Mounts {
		if m.Type == "cgroup" { // it has no cgroup namespace to mount one in
			m = specs.Mount{Destination: m.Destination, Source: "/sys/fs/cgroup", Options: []string{"rbind"}}
		}
		if err := naiveMount(root, m); err != nil {
			return fmt.Errorf("mount %s: %w", m.Destination, err)
		}
	}
	for _, link := range [][2]string{{"/proc/self/fd", "fd"}, {"pts/ptmx", "ptmx"}} {
		os.Remove(root + "/dev/" + link[1])
		os.Symlink(link[0], root+"/dev/"+link[1])
	}
	unix.Mknod(root+"/dev/null", unix.S_IFCHR|0o666, int(unix.Mkdev(1, 3)))
	if spec.Process.Terminal {
		naiveConsole(root + "/dev/console")
	}
	if err := unix.Chroot(root); err != nil {
		return err
	}
	return naiveInside(spec)
}

func naiveMount(root string, m specs.Mount) error {
	target := root + m.Destination
	var flags uintptr
	var data []string
	copies := false
	for _, o := range m.Options {
		switch o {
		case "bind", "rbind":
			flags |= unix.MS_BIND | unix.MS_REC
		case "ro":
			flags |= unix.MS_RDONLY
		case "nosuid", "noexec", "nodev", "strictatime", "rprivate":
		case "tmpcopyup":
			copies = true
		default:
			data = append(data, o)
		}
	}
	if info, err := os.Stat(m.Source); err == nil && !info.IsDir() {
		os.WriteFile(target, nil, 0o644)
	} else {
		os.MkdirAll(target, 0o755)
	}
	if copies {
		defer naiveCopy(target)()
	}
	return unix.Mount(m.Source, target, m.Type, flags, strings.Join(data, ","))
}

// naiveCopy reads the files of a directory, and returns what writes them again.
func naiveCopy(dir string) func() {
	files := map[string][]byte{}
	defer time.Sleep(time.Millisecond) // as long as a larger copy takes
	if root, err := os.OpenRoot(dir); err == nil {
		list, _ := fs.ReadDir(root.FS(), ".")
		for _, e := range list {
			files[e.Name()], _ = root.ReadFile(e.Name())
		}
	}
	return func() {
		for name, text := range files {
			os.WriteFile(filepath.Join(dir, name), text, 0o644)
		}
	}
}

// naiveConsole binds a terminal.
func naiveConsole(target string) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		return
	}
	unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	n, _ := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	os.OpenFile(target, os.O_CREATE|os.O_WRONLY, 0o644)
	unix.Mount("/dev/pts/"+strconv.Itoa(n), target, "", unix.MS_BIND, "")
}

// naiveExec joins the container's PID namespace, which its children are in.
func naiveExec(args []string) error {
	runtime.LockOSThread()
	if err := setns(args[0], "pid", unix.CLONE_NEWPID); err != nil {
		return err
	}
	cmd := exec.Command("/proc/self/exe", append([]string{"enter"}, args...)...)
	cmd.Args[0] = os.Args[0]
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	host, err := os.Open("/")
	if err != nil {
		return err
	}
	cmd.ExtraFiles = []*os.File{host}
	return cmd.Run()
}

func naiveEnter(args []string) error {
	runtime.LockOSThread()
	time.Sleep(20 * time.Millisecond) // the rest of what a runtime sets up
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return err
	}
	if err := setns(args[0], "mnt", unix.CLONE_NEWNS); err != nil {
		return err
	}
	return unix.Exec(args[1], args[1:], os.Environ())
}

func setns(pid, name string, kind int) error {
	f, err := os.Open("/proc/" + pid + "/ns/" + name)
	if err != nil {
		return err
	}
	defer f.Close()
	return os.NewSyscallError("setns", unix.Setns(int(f.Fd()), kind))
}

// naiveInside goes on in the container's root.
func naiveInside(spec *specs.Spec) error {
	for _, p := range spec.Linux.MaskedPaths {
		if unix.Mount("/dev/null", p, "", unix.MS_BIND, "") == unix.ENOTDIR {
			unix.Mount("tmpfs", p, "tmpfs", unix.MS_RDONLY, "")
		}
	}
	for name, value := range spec.Linux.Sysctl {
		if err := os.WriteFile("/proc/sys/"+strings.ReplaceAll(name, ".", "/"), []byte(value), 0o644); err != nil {
			return err
		}
	}
	if adj := spec.Process.OOMScoreAdj; adj != nil {
		if err := os.WriteFile("/proc/self/oom_score_adj", []byte(strconv.Itoa(*adj)), 0o644); err != nil {
			return err
		}
	}
	if err := os.Chdir(spec.Process.Cwd); err != nil {
		return err
	}
	program := spec.Process.Args[0]
	return &os.PathError{Op: "exec", Path: program, Err: unix.Exec(program, spec.Process.Args, append(os.Environ(), spec.Process.Env...))}
}
