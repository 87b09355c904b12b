package oci_test

import (
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/test/programs"
)

// foreign is the head of an ELF file of another machine (elf(5)).
func foreign() string {
	machine := elf.EM_AARCH64
	if runtime.GOARCH == "arm64" {
		machine = elf.EM_X86_64
	}
	head := make([]byte, 64)
	copy(head, "\x7fELF\x02\x01\x01")
	head[16], head[18], head[20], head[52] = 2, byte(machine), 1, 64
	return string(head)
}

// dynamic is a program of the host that needs a loader, which the root has not got.
func dynamic(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"/bin/ls", "/usr/bin/env", "/bin/bash"} {
		f, err := elf.Open(path)
		if err != nil {
			continue
		}
		defer f.Close()
		for _, p := range f.Progs {
			if p.Type == elf.PT_INTERP {
				return string(readFile(t, path))
			}
		}
	}
	t.Skip("no program of this host is linked dynamically")
	return ""
}

// TestExecutionErrors tells the true cause of a program's not being executed,
// with the same words whichever verb executes it.
func TestExecutionErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, program, content string
		mode                   os.FileMode
		atCreate               bool // found when the container is created
		says                   []string
	}{
		{"absent", "/bin/absent", "", 0, true, []string{`exec: "/bin/absent": no such file or directory`, "/bin/absent does not exist"}},
		{"absent in PATH", "absent", "", 0, true, []string{`exec: "absent": executable file not found in $PATH`}},
		{"no name", "", "", 0, true, []string{`exec: "": executable file not found in $PATH`}},
		{"absent directory", "/no/where/x", "", 0, true, []string{"no such file or directory", "/no does not exist"}},
		{"a directory", "/etc", "", 0, true, []string{`exec: "/etc": permission denied`, "/etc is a directory"}},
		{"not executable", "/etc/x", "#!/bin/sh\n", 0o644, true, []string{`exec: "/etc/x": permission denied`, "mode 0644", "chmod +x"}},
		{"a file as a directory", "/bin/busybox/x", "", 0, true, []string{"/bin/busybox"}},
		{"no #!", "/etc/x", "echo hello\n", 0o755, false, []string{`exec: "/etc/x": exec format error`, "#!"}},
		{"empty", "/etc/x", "", 0o755, false, []string{"exec format error", "empty"}},
		{"another machine's", "/etc/x", foreign(), 0o755, false, []string{"exec format error", "is built for"}},
		{"absent interpreter", "/etc/x", "#!/bin/absent -x\n", 0o755, false, []string{"no such file or directory", "/bin/absent"}},
		{"CRLF", "/etc/x", "#!/bin/sh\r\necho\r\n", 0o755, false, []string{"no such file or directory", "carriage return"}},
		{"absent loader", "/etc/x", "dynamic", 0o755, false, []string{"no such file or directory", "ld-linux"}},
		{"noexec", "/mnt/x", "#!/bin/sh\n", 0o755, true, []string{`exec: "/mnt/x": permission denied`, "/mnt/x is on a file system that is mounted noexec"}},
		{"absent on a volume", "/volume/absent", "", 0, true, []string{"no such file or directory", "bundle/mounted/absent does not exist"}},
		{"absent interpreter on a volume", "/volume/x", "#!/bin/absent -x\n", 0o755, false, []string{"no such file or directory", "/volume/x is there", "/bin/absent"}},
		{"CRLF on a volume", "/volume/x", "#!/bin/sh\r\necho\r\n", 0o755, false, []string{"carriage return", "bundle/mounted/x"}},
		{"no #! on a volume", "/volume/x", "echo hello\n", 0o755, false, []string{`exec: "/volume/x": exec format error`, "#!"}},
		{"not executable on a volume", "/volume/x", "#!/bin/sh\n", 0o644, true, []string{"permission denied", "mode 0644", "bundle/mounted/x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBundle(t, func(s *specs.Spec) {
				s.Process.Args = []string{c.program, "x"}
			})
			content := c.content
			if content == "dynamic" {
				content = dynamic(t)
			}
			dir := b.dir + "/mounted"
			must(t, os.Mkdir(dir, 0o755))
			must(t, writeFile(dir+"/something", ""))
			b.change(func(s *specs.Spec) { s.Mounts = append(s.Mounts, bind(dir, "/mnt", "noexec"), bind(dir, "/volume")) })
			if c.mode != 0 {
				file := b.rootfs() + c.program
				if mount := path.Dir(c.program); mount == "/mnt" || mount == "/volume" {
					file = dir + "/" + path.Base(c.program)
				}
				must(t, os.WriteFile(file, []byte(content), c.mode))
			}
			b.bad(c.says, "run", b.id)
			same(t, "left after run", fmt.Sprint(b.left()), "[]")
			if r := b.oci("create", b.id); c.atCreate {
				same(t, "create", r.code, 1)
				for _, words := range c.says {
					has(t, r.err, words)
				}
				same(t, "left after create", fmt.Sprint(b.left()), "[]")
			} else {
				same(t, "create", r, result{})
				b.bad(c.says, "start", b.id)
				same(t, "status", b.state().Status, specs.StateStopped)
				b.good("delete", b.id)
			}
			b.change(func(s *specs.Spec) { s.Process.Args = []string{"sleep", "1000"} })
			b.good("run", "--detach", b.id)
			r := b.bad(c.says, "exec", b.id, c.program, "x")
			same(t, "exec", r.code, 255)
			same(t, "status", b.state().Status, specs.StateRunning)
		})
	}
}

// TestConfigurationErrors tells all errors of a configuration at once, each with
// its place, and makes nothing.
func TestConfigurationErrors(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		s.Process.Cwd = "relative"
		s.Process.Rlimits = []specs.POSIXRlimit{{Type: "RLIMIT_FLY"}, {Type: "RLIMIT_NOFILE", Soft: 2, Hard: 1}}
		s.Mounts = append(s.Mounts, specs.Mount{Destination: "relative", Type: "bind"})
		s.Linux.Namespaces = append(s.Linux.Namespaces, specs.LinuxNamespace{Type: "space"}, specs.LinuxNamespace{Type: specs.PIDNamespace})
		s.Linux.RootfsPropagation = "sideways"
		s.Linux.Seccomp = &specs.LinuxSeccomp{DefaultAction: "SCMP_ACT_FLY"}
		s.Hooks = hooksOf("poststop", specs.Hook{Path: "relative"})
	})
	for _, verb := range []string{"create", "run"} {
		r := b.bad([]string{"config.json", ".process.cwd", ".process.rlimits[0]", ".process.rlimits[1]", ".mounts[7].destination", ".linux.namespaces[", "space",
			".linux.rootfsPropagation", ".linux.seccomp.defaultAction", ".hooks.poststop[0].path"}, verb, b.id)
		if n := strings.Count(r.err, "\n"); n < 9 {
			t.Errorf("%d lines for 9 errors: %s", n, r.err)
		}
		same(t, "left", fmt.Sprint(b.left()), "[]")
	}
	for _, text := range []string{"", "{", "[]", "null", "\"x\"", `{"ociVersion":1}`, `{"ociVersion":"9.0.0"}`, strings.Repeat("[", 100000)} {
		must(t, writeFile(b.dir+"/config.json", text))
		b.bad([]string{"config.json"}, "run", b.id)
	}
	if _, err := os.Stat(b.root + "/" + b.id); err == nil {
		t.Error("a directory was made")
	}
}

// TestNoexec names the mount's option as the cause, where a tmpfs covers a file
// that may be executed, and where the program is found in PATH.
func TestNoexec(t *testing.T) {
	t.Parallel()
	says := []string{`exec: "`, "permission denied", "is on a file system that is mounted noexec", "fix:"}
	b := newBundle(t, func(s *specs.Spec) {
		s.Process.Args = []string{"sleep", "1000"}
		s.Process.Env = []string{"PATH=/mnt:/bin"}
		s.Mounts = append(s.Mounts, specs.Mount{Destination: "/mnt", Type: "tmpfs", Source: "tmpfs", Options: []string{"noexec", "tmpcopyup"}})
	})
	must(t, programs.Copy(filepath.Join(ownDir, "busybox"), b.rootfs()+"/mnt/tool"))
	b.good("run", "--detach", b.id)
	for _, program := range []string{"/mnt/tool", "tool"} {
		b.bad(says, "exec", b.id, program, "true")
		b.change(func(s *specs.Spec) { s.Process.Args = []string{program, "true"} })
		b.change(func(s *specs.Spec) { s.Linux.CgroupsPath = b.group + "-2" })
		b.bad(says, "run", b.id+"-2")
		b.bad(says, "create", b.id+"-2")
	}
	// Behind the gate: the file is there when it is created.
	b.good("delete", "--force", b.id)
	b.change(func(s *specs.Spec) {
		s.Process.Args = []string{"/mnt/late", "true"}
		s.Mounts[len(s.Mounts)-1].Options = []string{"tmpcopyup"}
	})
	must(t, programs.Copy(filepath.Join(ownDir, "busybox"), b.rootfs()+"/mnt/late"))
	b.good("create", b.id)
	r := finish(t, exec.Command(isle, "nsenter", "-t", itoa(b.state().Pid), "-m", "-p", "mount", "-o", "remount,noexec", "/mnt"))
	same(t, "remount", r, result{})
	b.bad(says, "start", b.id)
}
