package boot

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// daemons are where Debian has virtiofsd: that of qemu's until version 8, and the
// one that took its place. Both know these options.
var daemons = []string{"/usr/libexec/virtiofsd", "/usr/lib/qemu/virtiofsd"}

// Virtiofsd is the path of the program that shares folders with a guest of
// qemu's, or empty.
func Virtiofsd() string {
	for _, path := range daemons {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// words are for the kernel's command line. A busy host is late with the ticks that
// the kernel would wait for to see that there is a timer.
const words = "console=ttyS0 mitigations=off no_timer_check"

// processor is emulated a quarter faster than one with all that qemu can do.
const processor = "qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand,+fsgsbase"

// qemu returns the command that boots the guest in software emulation, which
// works everywhere, and starts a daemon for each share.
func (g *Guest) qemu(ctx context.Context) (*exec.Cmd, error) {
	tag := func(i int, _ Share) string { return "share" + strconv.Itoa(i) }
	initrd, err := g.job("/dev/vd", "virtiofs", tag)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(g.Work, "initrd")
	if err := os.WriteFile(path, initrd, 0o600); err != nil {
		return nil, err
	}
	memory := strconv.Itoa(g.Memory) + "M"
	cmd := exec.CommandContext(ctx, "qemu-system-x86_64",
		"-machine", "q35,memory-backend=memory", "-accel", "tcg,thread=multi", "-cpu", processor,
		"-smp", strconv.Itoa(g.CPUs), "-m", memory,
		// virtiofsd reads and writes the guest's memory.
		"-object", "memory-backend-memfd,id=memory,share=on,size="+memory,
		"-nodefaults", "-display", "none", "-no-reboot", "-serial", "stdio",
		"-drive", "if=virtio,format=raw,snapshot=on,file="+value(g.Root),
		"-kernel", g.Kernel.Image, "-initrd", path, "-append", strings.Join(g.options(words), " "))
	cmd.Env = append(os.Environ(), "TMPDIR="+g.Work) // for what the guest writes
	for _, d := range g.Disks {
		cmd.Args = append(cmd.Args, "-drive", "if=virtio,format=raw,readonly=on,file="+value(d.Image))
	}
	for i, s := range g.Shares {
		socket, err := g.serve(ctx, tag(i, s), s.Host)
		if err != nil {
			return nil, err
		}
		cmd.Args = append(cmd.Args, "-chardev", "socket,id="+tag(i, s)+",path="+value(socket),
			"-device", "vhost-user-fs-pci,chardev="+tag(i, s)+",tag="+tag(i, s))
	}
	return cmd, nil
}

// value is a path as the value of an option of qemu's.
func value(path string) string { return strings.ReplaceAll(path, ",", ",,") }

// serve starts a daemon that shares a folder of the host's, until qemu has gone,
// and returns its socket.
func (g *Guest) serve(ctx context.Context, tag, host string) (string, error) {
	// The daemon's options cannot have every path.
	source := bind{source: host, target: "/" + tag + ".source"}
	if err := source.mount(g.Work); err != nil {
		return "", err
	}
	socket := filepath.Join(g.Work, tag)
	log, err := os.Create(socket + ".log")
	if err != nil {
		return "", err
	}
	defer log.Close()
	daemon := exec.CommandContext(ctx, Virtiofsd(), "--socket-path="+socket, "-o", "source="+g.Work+source.target, "-o", "cache=auto", "-o", "xattr")
	daemon.Stdout, daemon.Stderr = log, log
	if err := daemon.Start(); err != nil {
		return "", err
	}
	ended := make(chan error, 1)
	go func() { ended <- daemon.Wait() }()
	for range 500 {
		if _, err := os.Stat(socket); err == nil {
			return socket, nil
		}
		select {
		case err := <-ended:
			text, _ := os.ReadFile(log.Name())
			return "", fmt.Errorf("share %s: virtiofsd: %v: %s", host, err, text)
		case <-time.After(10 * time.Millisecond):
		}
	}
	return "", fmt.Errorf("share %s: virtiofsd made no socket", host)
}
