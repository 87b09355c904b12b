package why

import (
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// executing runs a program in a child, which must fail. root is the program's
// root directory, "" for this process's own.
func executing(program, root string, args ...string) func() Failure {
	return func() Failure {
		attr := &syscall.ProcAttr{Dir: "/", Env: os.Environ(), Sys: &syscall.SysProcAttr{Chroot: root}}
		_, err := syscall.ForkExec(program, append([]string{program}, args...), attr)
		return Failure{Syscall: "execve", Errno: errnoOf(err), Facts: Facts{Op: OpExec, Program: program, Root: root}}
	}
}

// rootWith makes a world with a root directory, filled by a script.
func rootWith(script string) []string {
	return private("mkdir -p root/bin root/etc; cd root; " + script)
}

const newRoot = scratch + "/root"

// Parts of scripts that make bin/p of the machine's /bin/true and change bytes of it.
const (
	copyTrue = `cp -L /bin/true bin/p; `
	patch    = `patch() { printf "$2" | dd of=bin/p bs=1 seek=$1 conv=notrunc 2>/dev/null; }; `
)

var execScenarios = []scenario{
	{name: "exec of nothing", do: executing("/bin/p", newRoot), errno: syscall.ENOENT, cause: "/bin/p does not exist in " + newRoot, world: rootWith("")},
	{name: "exec through a dangling link", do: executing("/bin/p", newRoot), errno: syscall.ENOENT, cause: "/bin/p is a symbolic link to /opt/p, which does not exist", world: rootWith("ln -s /opt/p bin/p")},
	{name: "exec below a file", do: executing("/etc/f/p", newRoot), errno: syscall.ENOTDIR, cause: "/etc/f is not a directory", world: rootWith("touch etc/f")},
	{name: "exec through a loop", do: executing("/bin/p", newRoot), errno: syscall.ELOOP, cause: "loop of symbolic links", world: rootWith("ln -s p bin/p")},
	{name: "exec of a bare name", errno: syscall.ENOENT, cause: "there is no program p in " + newRoot + ": it is in none of the directories in PATH (/bin; not there at all: /usr/local/bin)", world: rootWith(""),
		do: func() Failure {
			f := executing("/bin/p", newRoot)()
			f.Program, f.SearchPath = "p", "/usr/local/bin:/bin"
			return f
		}},
	{name: "script without its interpreter", do: executing("/bin/p", newRoot), errno: syscall.ENOENT, cause: "the interpreter that it asks for, /usr/bin/python9, is not: /usr does not exist", fix: "install python9",
		world: rootWith(`printf '#! /usr/bin/python9 -x\n' >bin/p; chmod +x bin/p`)},
	{name: "script with DOS line ends", do: executing("/bin/p", ""+newRoot), errno: syscall.ENOENT, cause: `carriage return, so the kernel looks for an interpreter named "/bin/sh\r"`, fix: "sed -i",
		world: rootWith(`printf '#!/bin/sh\r\n' >bin/p; chmod +x bin/p; cp /bin/busybox bin/sh 2>/dev/null || cp -L /bin/sh bin/sh`)},
	{name: "program without its loader", do: executing("/bin/p", newRoot), errno: syscall.ENOENT, cause: "the loader that it asks for, /lib", fix: "static build", world: rootWith(copyTrue)},
	{name: "loader not executable", do: executing("/bin/p", newRoot), errno: syscall.EACCES, cause: "the loader that /bin/p asks for cannot be executed", world: rootWith(copyTrue + `mkdir -p lib lib64; for l in $(grep -ao '/lib[a-z0-9/_.-]*/ld[a-z0-9_.-]*' bin/p | head -1); do mkdir -p .${l%/*}; touch .$l; done`)},
	{name: "program for another machine", do: executing("/bin/p", newRoot), errno: syscall.ENOEXEC, cause: "/bin/p is built for riscv64 and this machine is", fix: "qemu-user-static",
		world: rootWith(copyTrue + patch + `patch 18 '\363\000'`)},
	{name: "text without a first line", do: executing("/bin/p", newRoot), errno: syscall.ENOEXEC, cause: "is a text without a first line", fix: "sh /bin/p", world: rootWith(`echo 'echo hello' >bin/p; chmod +x bin/p`)},
	{name: "empty program", do: executing("/bin/p", newRoot), errno: syscall.ENOEXEC, cause: "/bin/p is empty", world: rootWith(`: >bin/p; chmod +x bin/p`)},
	{name: "neither program nor script", do: executing("/bin/p", newRoot), errno: syscall.ENOEXEC, cause: "neither an ELF program nor a script", world: rootWith(`printf '\001\002\003' >bin/p; chmod +x bin/p`)},
	{name: "damaged program", do: executing("/bin/p", newRoot), errno: syscall.ENOEXEC, cause: "is a damaged ELF file", world: rootWith(copyTrue + patch + `patch 56 '\377\377'`)},
	{name: "not executable", do: executing("/bin/p", newRoot), errno: syscall.EACCES, cause: "/bin/p is not executable (mode 0644)", fix: "chmod +x " + newRoot + "/bin/p", world: rootWith(copyTrue + `chmod 644 bin/p`)},
	{name: "exec of a directory", do: executing("/bin", newRoot), errno: syscall.EACCES, cause: "/bin is a directory", world: rootWith("")},
	{name: "exec of a device", do: executing("/dev/null", ""), errno: syscall.EACCES, cause: "/dev/null is not a regular file"},
	{name: "exec on noexec", do: executing("/bin/p", newRoot), errno: syscall.EACCES, cause: "/bin/p is on " + scratch + ", which is mounted noexec", world: rootWith(copyTrue + `mount -o remount,noexec ` + scratch)},
	{name: "exec behind a closed directory", errno: syscall.EACCES, cause: "the directory " + scratch + "/root/bin may not be searched by this user", fix: "chmod o+x",
		do: executing(newRoot+"/bin/p", ""), world: append(rootWith(copyTrue+`chmod 700 bin; cd /`), nobody...)},
	{name: "exec behind a closed directory, seen by root", errno: syscall.EACCES, cause: "the directory /bin is closed to all but its owner and group (mode 0700, user 0, group 0)", fix: "chmod o+x " + newRoot + "/bin",
		do: func() Failure {
			attr := &syscall.ProcAttr{Dir: "/", Sys: &syscall.SysProcAttr{Chroot: newRoot, Credential: &syscall.Credential{Uid: 12345, Gid: 12345}}}
			_, err := syscall.ForkExec("/bin/p", []string{"p"}, attr)
			return Failure{Syscall: "execve", Errno: errnoOf(err), Facts: Facts{Op: OpExec, Program: "/bin/p", Root: newRoot}}
		}, world: rootWith(copyTrue + `chmod 700 bin; cd /`)},
	{name: "exec of a file being written", errno: syscall.ETXTBSY, cause: "has " + newRoot + "/bin/p open for writing", fix: "rename",
		do: func() Failure {
			_, err := unix.Open(newRoot+"/bin/p", unix.O_RDWR|unix.O_CLOEXEC, 0)
			must(err)
			return executing(newRoot+"/bin/p", "")()
		}, world: rootWith(copyTrue)},
	{name: "arguments too long", do: executing("/bin/true", "", strings.Repeat("x", 200<<10)), errno: syscall.E2BIG, cause: "longer than 128 KiB", fix: "ulimit -s unlimited"},
	{name: "scripts of scripts", do: executing(newRoot+"/bin/a", ""), errno: syscall.ELOOP, cause: "scripts interpret scripts", world: rootWith(`for i in a:b b:c c:d d:e e:f f:g; do printf "#!$PWD/bin/${i#*:}\n" >bin/${i%:*}; done; printf '#!/bin/sh\n' >bin/g; chmod +x bin/*`)},
}
