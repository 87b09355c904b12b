package cli

import "testing"

func TestExplainedMounts(t *testing.T) {
	explain(t, []explained{
		{"proc of an outer pid namespace", "exec unshare -Ur isle unshare -m --mount-proc true", 1,
			[]string{"mount /proc failed: Operation not permitted", "the pid namespace belongs to an outer user namespace", "--pid"}},
		{"proc partly covered", "mount --make-rprivate /; mount -t tmpfs none /proc/sys; exec " + nobody + "isle unshare -Urpmf --mount-proc true", 1,
			[]string{"partly covered (by mounts on /proc/sys)"}},
		{"sysfs of an outer net namespace", "exec unshare -Ur isle run --share net --mount type=sysfs,dst=/mnt true", 125,
			[]string{"the net namespace belongs to an outer user namespace"}},
		{"a disk", nobody + "isle run --mount type=ext4,src=/dev/zero,dst=/mnt true", 125,
			[]string{"only root of the first user namespace mount a ext4 file system"}},
		{"an unknown file system", "exec isle run --mount type=nosuchfs,dst=/mnt true", 125,
			[]string{`this kernel does not know the file system "nosuchfs"`}},
		{"a file onto a directory", "exec isle run -v /etc/passwd:/usr true", 125,
			[]string{"/usr is a directory and /etc/passwd is not"}},
		{"a mount namespace kept on a shared mount", "mount -t tmpfs none .; mount --make-shared .; cd \"$PWD\"; touch file; exec isle unshare --mount=file true", 1,
			[]string{"Invalid argument", "can be kept only on a private mount", "--make-private"}},
		{"a namespace kept by an ordinary user", "touch file; exec " + nobody + "isle unshare -Ur --net=file true", 1,
			[]string{"a namespace is kept by a bind mount outside it, which needs CAP_SYS_ADMIN"}},
		{"a chroot without privilege", nobody + "isle unshare --root=/tmp true", 1,
			[]string{"cannot change root directory to '/tmp': Operation not permitted", "it needs CAP_SYS_CHROOT"}},
		{"pivot_root in a chroot", "mkdir -p root proc usr; cp $(command -v isle) isle; mount -t proc proc proc; exec chroot . /isle run --rootfs /root /isle", 125,
			[]string{"this process runs in a chroot"}},
	})
}

func TestExplainedJoins(t *testing.T) {
	explain(t, []explained{
		{"a process that is gone", "true & p=$!; wait; exec isle nsenter -t $p -n true", 1,
			[]string{"No such process", "there is no process"}},
		{"a process of another user", "sleep 60 & p=$!; trap 'kill $p' 0; " + nobody + "isle nsenter -t $p -n true", 1,
			[]string{"belongs to another user (0)"}},
		{"its own user namespace", "exec isle nsenter -t $$ -U true", 1,
			[]string{"the kernel lets no process enter the one it is in"}},
		{"its own user namespace by file", "exec isle nsenter --user=/proc/self/ns/user true", 1,
			[]string{"the kernel lets no process enter the one it is in"}},
		{"another kind", "exec isle nsenter --net=/proc/self/ns/uts true", 1,
			[]string{"is a uts namespace, not a net namespace", "--uts="}},
		{"a PID namespace without a process", "touch file; unshare --fork --pid=file true; exec isle nsenter --pid=file true", 1,
			[]string{"fork failed: Cannot allocate memory", "process 1 of the pid namespace has ended"}},
		{"no namespace at all", "exec isle nsenter --net=/etc/passwd true", 1,
			[]string{"/etc/passwd is not a namespace"}},
	})
}

func TestExplainedPrograms(t *testing.T) {
	explain(t, []explained{
		{"not there", "exec isle unshare ./nosuch", 127, []string{"./nosuch does not exist"}},
		{"not in PATH", "exec isle unshare nosuch", 127, []string{"there is no program nosuch", "directories in PATH"}},
		{"no interpreter", `printf '#!/bin/nosuch\n' >s; chmod +x s; exec isle unshare ./s`, 127,
			[]string{"the interpreter that it asks for, /bin/nosuch, is not"}},
		{"a carriage return", `printf '#!/bin/sh\r\n' >s; chmod +x s; exec isle unshare ./s`, 127,
			[]string{"ends in a carriage return", "sed -i"}},
		{"no loader, in place", "mkdir bin; cp $(command -v ls) bin/ls; exec isle unshare --root=. /bin/ls", 127,
			[]string{"the loader that it asks for"}},
		{"no loader, forked", "mkdir bin; cp $(command -v ls) bin/ls; exec isle unshare -f --root=. /bin/ls", 127,
			[]string{"the loader that it asks for"}},
		{"another machine's", "head -c 18 $(command -v isle) >e; printf '\\362\\0' >>e; tail -c +21 $(command -v isle) >>e; chmod +x e; exec isle unshare ./e", 126,
			[]string{"Exec format error", "is built for machine type 242 and this machine is"}},
		{"found, but without its interpreter", `printf '#!/bin/nosuch\n' >s; chmod +x s; PATH=$PWD:$PATH; exec isle unshare s`, 127,
			[]string{"/s is there, but the interpreter that it asks for"}},
		{"found, but not executable", "echo >s; PATH=$PATH:$PWD; exec isle unshare s", 126, []string{"/s is not executable (mode 0644)"}},
		{"not executable", "echo >s; exec isle unshare ./s", 126, []string{"./s is not executable (mode 0644)", "chmod +x"}},
		{"a directory", "mkdir d; exec isle unshare ./d", 126, []string{"./d is a directory"}},
		{"noexec", "mount -t tmpfs -o noexec none .; cd \"$PWD\"; cp $(command -v cat) t; exec isle unshare ./t /dev/null", 126,
			[]string{"which is mounted noexec"}},
		{"closed to others", "cp $(command -v cat) t; chmod 4700 t; exec " + nobody + "isle unshare ./t", 126,
			[]string{"is closed to all but its owner and group"}},
		{"open for writing", "cp $(command -v cat) t; exec 9>>t; exec isle unshare ./t /dev/null", 126,
			[]string{"Text file busy", "has ./t open for writing"}},
	})
}
