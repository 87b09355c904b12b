package containers

import (
	"testing"

	"isle/test/steps"
)

// hostile are images and names that try to reach the host's files.
var hostile = []steps.Step{
	{Name: "an image whose folders are links to the host's", Run: `mkdir -p host evil/bin && echo host >host/hosts && cp root/bin/busybox evil/bin/ && ln -s busybox evil/bin/sh &&
		for l in etc dev proc sys run; do ln -sfn "$PWD/host" evil/$l; done && tar cf evil.tar --owner 0 --group 0 -C evil . && isle import -q evil.tar evil:1 >/dev/null
		isle run --rm evil:1 /bin/sh -c 'echo ran; echo x >/etc/hosts' 2>&1 | grep -v '^ '; ls host; cat host/hosts`, Output: `hosts\nhost\n$`},
	{Name: "an image whose passwd is the host's", Run: `rm -r evil; mkdir -p evil/bin evil/etc && cp root/bin/busybox evil/bin/ && echo secret:x:77:77::/: >passwd && ln -s "$PWD/passwd" evil/etc/passwd && tar cf evil.tar -C evil . &&
		isle import -q evil.tar evil:2 >/dev/null; isle run --rm -u secret evil:2 /bin/busybox id`, Status: 125, Output: `secret`},
	{Name: "a working directory that is a link", Run: `rm -r evil; mkdir -p evil/bin && cp root/bin/busybox evil/bin/ && ln -s "$PWD/host" evil/w && tar cf evil.tar -C evil . &&
		isle import -q evil.tar evil:3 >/dev/null; isle run --rm -w /w/new evil:3 /bin/busybox pwd; ls host`, Output: `hosts\n$`},
	{Name: "names that lead out", Run: `for n in ../x /x . .. a/b -x ''; do isle run --rm --name "$n" bb:1 true >/dev/null 2>&1 && echo "$n"; isle rm -f ../../x >/dev/null 2>&1; done; ls`, Output: `host\n`},
	{Name: "a volume's name that leads out", Run: `isle run --rm --mount type=volume,src=../../host,dst=/v bb:1 ls /v`, Status: 125},
	{Name: "a secret's name that leads out", Run: `isle run --rm --secret ../request.json bb:1 true`, Status: 125},
	{Name: "nobody else reads it", Run: `isle create --name p bb:1 true >/dev/null; find containers -maxdepth 0 -perm /077; find containers/containers -maxdepth 0 -perm /077; isle rm p`, Output: `^p\n$`},
}

func TestHostile(t *testing.T) {
	shell.Walk(t, hostile)
	shell.Must(t, "isle rmi -f evil:1 evil:2 evil:3")
}
