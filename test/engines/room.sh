#!/bin/sh
# room.sh NAME PROGRAM [ARGUMENT...]: runs a program in new mount, network, PID and
# cgroup namespaces, with engines' state in memory. All that it leaves running ends
# with it, and the cgroups called NAME are removed.
set -eu
name=$1
shift

# hierarchies: the folder of this process in each hierarchy that engines can get
# controllers from. Where there is cgroup v2 alone that is none: a cgroup with
# processes in it gives none away, so engines make theirs where they always do.
hierarchies() {
	while IFS=: read -r _ controllers path; do
		dir=/sys/fs/cgroup/${controllers#name=}
		[ -n "$controllers" ] || dir=/sys/fs/cgroup/unified
		[ ! -f "$dir$path/cgroup.procs" ] || echo "${dir}${path%/}"
	done </proc/self/cgroup
}

enter() {
	for dir in $1; do
		mkdir "$dir/$name"
		# A cpuset is born empty, and nothing can run in it.
		for file in cpuset.cpus cpuset.mems; do
			[ ! -f "$dir/$file" ] || cat "$dir/$file" >"$dir/$name/$file"
		done
		echo 0 >"$dir/$name/cgroup.procs"
	done
}

leave() {
	for dir in $1; do
		find "$dir/$name" -depth -type d -exec rmdir {} + || status=1
	done
}

inside='
for dir in $1; do
	at=$(printf %s "$dir" | cut -d/ -f1-5)
	mount --bind "$dir/$2" /mnt
	umount "$at"
	mount --move /mnt "$at"
done
for dir in /run /var/lib/containers /var/lib/containerd /var/lib/docker /var/lib/cni /etc/cni; do
	mkdir -p "$dir"
	mount -t tmpfs engines "$dir"
done
mkdir /run/lock
ip link set lo up
shift 2
exec "$@"'

all=$(hierarchies)
status=0
(
	enter "$all"
	exec unshare -mnp ${all:+-C} --fork --kill-child --mount-proc --propagation private sh -euc "$inside" sh "$all" "$name" "$@"
) || status=$?
leave "$all"
exit $status
