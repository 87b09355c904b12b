#!/bin/sh
# Makes a small host with a few islands on it, and runs a command there: the
# map of README.md is
#
#     docs/map.sh isle map -o docs/map.svg
#
# It takes an ordinary user, ip(8), and the unshare and nsenter of isle or of
# util-linux. Nothing outside changes, and nothing is left.
set -eu

if [ "${HARBOUR:-}" != inside ]; then
	HARBOUR=inside exec unshare --user --map-root-user --net --uts --ipc --cgroup --pid --mount --fork --kill-child --mount-proc "$0" "$@"
fi

hostname harbour
ip link set lo up
mount -t tmpfs tmpfs /mnt
sleep=$(command -v sleep)

# island NAME [OPTION...]: a program of that name in new namespaces.
island() {
	name=$1
	shift
	cp "$sleep" "/mnt/$name"
	unshare "$@" "/mnt/$name" infinity &
	pid=$!
	while [ "$(cat "/proc/$pid/comm")" != "$name" ]; do sleep 0.01; done
}

# plug ADDRESS: a cable from the last island to the bridge.
plug() {
	ip link add "to-$name" type veth peer name eth0 netns "$pid"
	ip link set "to-$name" master quay up
	nsenter --target "$pid" --net ip address add "$1" dev eth0
	nsenter --target "$pid" --net ip link set eth0 up
}

ip link add quay type bridge
ip address add 10.0.0.1/24 dev quay
ip link set quay up

island shop --net --uts --ipc --mount --cgroup
plug 10.0.0.2/24
shop=$pid
# What belongs to the shop shares its network and its shared memory.
cp "$sleep" /mnt/cart
nsenter --target "$shop" --net --ipc --uts unshare --mount --cgroup /mnt/cart infinity &
while [ "$(cat "/proc/$!/comm")" != cart ]; do sleep 0.01; done

island database --net --uts --ipc --mount --cgroup --user --map-root-user
plug 10.0.0.3/24

island editor --mount
# A program that is not trusted, and another that it does not trust.
cp "$sleep" /mnt/tab
cp "$sleep" /mnt/browser
unshare --user --map-root-user --net --mount sh -c 'unshare --user --map-root-user --ipc /mnt/tab infinity & exec /mnt/browser infinity' &
while [ "$(cat "/proc/$!/comm")" != browser ]; do sleep 0.01; done

# A network that waits for someone to use it.
touch /mnt/spare
unshare --net=/mnt/spare true

sleep 0.3
"$@"
