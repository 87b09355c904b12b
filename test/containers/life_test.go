package containers

import (
	"slices"
	"strings"
	"testing"

	"isle/test/steps"
)

// foreground are containers that end before the command does.
var foreground = []steps.Step{
	{Name: "run", Run: `isle run --rm bb:1 echo hello`, Output: `^hello\n$`},
	{Name: "the image's command, words, environment", Run: `echo 'pwd; echo $FROM' | isle run --rm -i bb:1`, Output: `^/tmp\nimage\n$`},
	{Name: "standard input is nothing without -i", Run: `echo lost | isle run --rm bb:1 cat`, Output: `^$`},
	{Name: "a program's status", Run: `isle run --rm bb:1 sh -c 'exit 42'`, Status: 42},
	{Name: "a signal", Run: `isle run --rm --init bb:1 sh -c 'kill -9 $$'`, Status: 137},
	{Name: "no such program", Run: `isle run --rm bb:1 nosuch`, Status: 127, Output: `nosuch`},
	{Name: "not a program", Run: `isle run --rm bb:1 /etc/text`, Status: 126},
	{Name: "no such option", Run: `isle run --nosuch bb:1 true`, Status: 125, Output: `nosuch`},
	{Name: "a user by name", Run: `isle run --rm -u ann bb:1 sh -c 'id; echo $HOME; pwd'`, Output: `^uid=1000\(ann\) gid=1000\(ann\) groups=.*10\(wheel\).*\n/home/ann\n/tmp\n$`},
	{Name: "a user by number", Run: `isle run --rm -u 7:8 bb:1 id`, Output: `^uid=7(\(7\))? gid=8`},
	{Name: "no such user", Run: `isle run --rm -u nobodyhere bb:1 id`, Status: 125, Output: `nobodyhere`},
	{Name: "environment", Run: `echo C=d >e; A=b isle run --rm -e A -e B=c --env-file e bb:1 env`, Output: `(?s)A=b.*B=c.*C=d|C=d.*A=b`},
	{Name: "working directory", Run: `isle run --rm -w /made/for/it bb:1 pwd`, Output: `^/made/for/it\n$`},
	{Name: "entrypoint", Run: `isle run --rm --entrypoint /bin/echo bb:1 a b`, Output: `^a b\n$`},
	{Name: "host name", Run: `isle run --rm --hostname box bb:1 sh -c 'hostname; cat /etc/hostname; grep box /etc/hosts'`, Output: `^box\nbox\n.*box`},
	{Name: "processes of its own", Run: `isle run --rm bb:1 sh -c 'echo $$; ps -o pid,args'`, Output: `^1\n`},
	{Name: "init", Run: `isle run --rm --init bb:1 sh -c 'echo $$'`, Output: `^[2-9]\n$`},
	{Name: "read-only", Run: `isle run --rm --read-only bb:1 sh -c 'touch /x; touch /tmp/x && echo tmp'`, Output: `Read-only file system\ntmp\n$`},
	{Name: "tmpfs", Run: `isle run --rm --tmpfs /t:size=64k bb:1 sh -c 'df /t | tail -1'`, Output: `tmpfs +64 `},
	{Name: "what it writes is not kept", Run: `isle run --rm bb:1 sh -c 'rm /data/file; touch /new'; isle run --rm bb:1 ls / /data`, Output: `file`},
	{Name: "capabilities", Run: `isle run --rm --cap-drop all bb:1 grep CapEff /proc/self/status`, Output: `0000000000000000`},
	{Name: "no network", Run: `isle run --rm bb:1 ls /sys/class/net`, Output: `^lo\n$`},
	{Name: "the host's network", Run: `test "$(isle run --rm --network host bb:1 readlink /proc/self/ns/net)" = "$(readlink /proc/self/ns/net)"`},
	{Name: "ports need a network", Run: `isle run --rm -p 80:80 bb:1 true`, Status: 125, Output: `--network host`},
	{Name: "much output", Run: `isle run --rm bb:1 head -c 3000000 /dev/zero | wc -c`, Output: `^3000000\n$`},
	{Name: "much input", Run: `head -c 3000000 /dev/zero | isle run --rm -i bb:1 wc -c`, Output: `^3000000\n$`},
	{Name: "without an image here", Run: `isle run --rm --pull never nosuch:1 true`, Status: 125, Output: `nosuch`},
	{Name: "neither a program nor an image", Run: `printf '[[registry]]\nlocation = "docker.io"\nblocked = true\n' >r.conf; CONTAINERS_REGISTRIES_CONF=$PWD/r.conf isle run nosuchprogram`, Status: 125, Output: `neither a program in PATH nor an image`},
	{Name: "what is passed over is said once", Run: `isle run --rm --security-opt label=type:x bb:1 true 2>&1 | grep -c note; id=$(isle create --security-opt label=type:x bb:1 true 2>n); grep -c note n; isle rm $id >/dev/null`, Output: `^1\n1\n$`},
	{Name: "a dry run that nobody reads", Run: `isle run --dry-run bb:1 true | true`},
	{Name: "none left", Run: `isle ps -a -q`, Output: `^$`},
}

func TestForeground(t *testing.T) { shell.Walk(t, possible(t, foreground)) }

// possible leaves out what takes more ids than this user has.
func possible(t *testing.T, list []steps.Step) []steps.Step {
	t.Helper()
	status, out := shell.Do(t, "isle run --rm -u 1 bb:1 true")
	if status == 0 || !strings.Contains(out, "subordinate") {
		return list
	}
	t.Log("steps with other users are left out: ", out)
	others := []string{"a user by name", "a user by number", "exec", "exec by a user's name", "kept ids", "other users", "files of other users go"}
	return slices.DeleteFunc(slices.Clone(list), func(s steps.Step) bool { return slices.Contains(others, s.Name) })
}

// life is that of detached containers.
var life = []steps.Step{
	{Name: "detached", Run: `isle run -d --name c bb:1 sh -c 'trap "echo term; exit 3" TERM; echo started; echo wrong >&2; while :; do sleep 0.1; done'`, Output: `^[0-9a-f]{64}\n$`},
	{Name: "ps", Run: `isle ps`, Output: `(?m)^[0-9a-f]{12} +localhost/bb:1 +sh -c trap.* +Up .* c$`},
	{Name: "ps by template", Run: `isle ps --format '{{.Names}} {{.State}}'`, Output: `^c running\n$`},
	{Name: "ps as JSON", Run: `isle ps --format json`, Output: `(?s)"Names": \[\s*"c"`},
	{Name: "the name is taken", Run: `isle run -d --name c bb:1 true`, Status: 125, Output: `in use`},
	{Name: "logs", Run: `sleep 0.3; isle logs c 2>/dev/null`, Output: `^started\n$`},
	{Name: "logs of the error output", Run: `isle logs c 2>&1 >/dev/null`, Output: `^wrong\n$`},
	{Name: "exec", Run: `isle exec -u 1000:1001 -w /tmp -e A=b c sh -c 'id -u; id -g; pwd; echo $A $FROM'`, Output: `^1000\n1001\n/tmp\nb image\n$`},
	{Name: "exec by a user's name", Run: `isle exec -u ann c id`, Output: `^uid=1000\(ann\)`},
	{Name: "exec in the newest", Run: `isle exec --latest hostname`, Output: `^[0-9a-f]{12}\n$`},
	{Name: "exec with switches that have values", Run: `echo hi | isle exec --interactive=true --tty=false c cat`, Output: `^hi\n$`},
	{Name: "exec says why", Run: `isle exec c nosuch`, Status: 127, Output: `in none of the directories in PATH \(/bin`},
	{Name: "exec cannot be left", Run: `isle exec --detach-keys ctrl-x c true`, Status: 125, Output: `--detach-keys`},
	{Name: "exec's status", Run: `isle exec c sh -c 'exit 42'`, Status: 42},
	{Name: "exec of no such program", Run: `isle exec c nosuch`, Status: 127},
	{Name: "exec of what is not executable", Run: `isle exec c /etc/text`, Status: 126},
	{Name: "exec at a terminal", Run: `isle exec -t c tty`, Output: `/dev/pts/`},
	{Name: "exec with much input", Run: `head -c 3000000 /dev/zero | isle exec -i c wc -c`, Output: `^3000000\n$`},
	{Name: "top", Run: `isle top c pid args`, Output: `trap`},
	{Name: "inspect", Run: `isle inspect -f '{{.State.Status}} {{.Name}} {{.Config.Image}}' c`, Output: `^running /?c localhost/bb:1\n$`},
	{Name: "rename", Run: `isle rename c d && isle ps --format '{{.Names}}' && isle rename d c`, Output: `^d\n$`},
	{Name: "cp in and out", Run: `echo new >n && isle cp n c:/tmp/n && isle exec c cat /tmp/n && isle cp c:/data/file - | tar tf -`, Output: `^new\nfile\n$`},
	{Name: "diff", Run: `isle diff c`, Output: `(?m)^A /tmp/n$`},
	{Name: "commit", Run: `isle commit -q c made:1 >/dev/null && isle run --rm made:1 cat /tmp/n`, Output: `^new\n$`},
	{Name: "export", Run: `isle export c | tar tf - | grep -x -e tmp/n -e data/file`, Output: `data/file\ntmp/n|tmp/n\ndata/file`},
	{Name: "remove needs force", Run: `isle rm c`, Status: 2, Output: `running`},
	{Name: "stop", Run: `isle stop c && isle inspect -f '{{.State.Status}} {{.State.ExitCode}}' c && isle logs c 2>/dev/null`, Output: `c\nexited 3\nstarted\nterm\n$`},
	{Name: "wait", Run: `isle wait c`, Output: `^3\n$`},
	{Name: "it kept its files", Run: `isle start c && isle exec c cat /tmp/n`, Output: `new\n$`},
	{Name: "kill", Run: `isle kill c && isle wait c && isle rm c`, Output: `137\nc\n$`},
	{Name: "no such container", Run: `isle stop c`, Status: 125, Output: `no such container`},
	{Name: "create and start attached", Run: `isle create --name a bb:1 echo attached >/dev/null && isle start -a a && isle rm a`, Output: `^attached\na\n$`},
	{Name: "foreground without --rm", Run: `isle run --name f bb:1 sh -c 'echo out; exit 5'; echo $?; isle logs f; isle rm f`, Output: `^out\n5\nout\nf\n$`},
	{Name: "a policy for one without cgroups", Run: `isle run -d --cgroups disabled --name n bb:1 sleep 100 >/dev/null; isle update --restart always n; isle inspect -f '{{.HostConfig.RestartPolicy.Name}}' n; isle update -m 64m n; echo $?; isle rm -f -t 0 n`, Output: `^n\nalways\nisle: update container n: it has no cgroups.*\n125\nn\n$`},
	{Name: "restart on failure", Run: `isle run -d --name r --restart on-failure:2 bb:1 sh -c 'echo again; exit 1' >/dev/null; sleep 2; isle logs r; isle inspect -f '{{.RestartCount}}' r; isle rm r`, Output: `^again\nagain\nagain\n2\nr\n$`},
	{Name: "always restarted until it is stopped", Run: `isle run -d --name r --restart always bb:1 sh -c 'echo again; sleep 0.1' >/dev/null; sleep 1.5; isle stop -t 0 r; isle logs r | uniq; isle ps -a --format '{{.Names}} {{.State}}'; isle rm r`, Output: `r\nagain\nr exited\nr\n$`},
	{Name: "a detached one is removed at its end", Run: `isle run -d --rm --name g bb:1 true >/dev/null; for i in 1 2 3 4 5 6 7 8 9; do test -z "$(isle ps -aq)" && break; sleep 0.2; done; isle ps -a -q`, Output: `^$`},
	{Name: "health", Run: `isle run -d --name h --health-cmd 'test -e /ok' --health-interval 200ms --health-retries 2 bb:1 sleep 100 >/dev/null; sleep 1.2; isle inspect -f '{{.State.Health.Status}}' h; isle exec h touch /ok; sleep 0.7; isle inspect -f '{{.State.Health.Status}}' h; isle rm -f -t 0 h`, Output: `^unhealthy\nhealthy\nh\n$`},
	{Name: "restarted when it is not healthy", Run: `isle run -d --name h --health-cmd 'test ! -e /dev/shm/ill' --health-interval 200ms --health-retries 1 --health-on-failure restart bb:1 sh -c 'echo up; sleep 100' >/dev/null; isle exec h touch /dev/shm/ill; sleep 1.2; isle logs h; isle inspect -f '{{.State.Health.Status}} {{.RestartCount}}' h; isle rm -f -t 0 h`, Output: `^up\nup\nhealthy 1\nh\n$`},
	{Name: "killed when it is not healthy", Run: `isle run -d --name h --health-cmd false --health-interval 100ms --health-retries 2 --health-on-failure kill bb:1 sleep 100 >/dev/null; sleep 1; isle inspect -f '{{.State.Status}} {{.State.ExitCode}}' h; isle rm h`, Output: `^exited 137\nh\n$`},
	{Name: "the monitor is killed", Run: `isle run -d --name m bb:1 sleep 100 >/dev/null; kill -9 $(isle inspect -f '{{.State.ConmonPid}}' m); isle ps --format '{{.Names}} {{.State}}'; isle exec m echo there; isle stop -t 0 m; isle ps -a --format '{{.Names}} {{.State}}'; isle rm m`, Output: `^m running\nthere\nm\nm exited\nm\n$`},
	{Name: "another's network", Run: `isle run -d --name n bb:1 sleep 100 >/dev/null; isle run --rm --network container:n bb:1 readlink /proc/self/ns/net >x; isle exec n readlink /proc/self/ns/net | cmp - x; isle rm -f -t 0 n`, Output: `^n\n$`},
	{Name: "labels and filters", Run: `isle create --name l --label a=b bb:1 true >/dev/null; isle ps -a --filter label=a=b --format '{{.Names}}'; isle ps -a --filter label=a=c -q; isle rm l`, Output: `^l\nl\n$`},
	{Name: "a terminal", Run: `isle run --rm -t bb:1 tty`, Output: `/dev/pts/0`},
	{Name: "eight at once", Run: `for i in 1 2 3 4 5 6 7 8; do isle run -d bb:1 sleep 120 >/dev/null & done; wait; isle ps -q | wc -l; isle rm -f -a -t 0 >/dev/null`, Output: `(?m)^8$`},
	{Name: "none left", Run: `isle ps -a -q`, Output: `^$`},
}

func TestLife(t *testing.T) { shell.Walk(t, possible(t, life)) }

// files are volumes, mounts and secrets.
var files = []steps.Step{
	{Name: "a folder of the host", Run: `mkdir -p v && echo host >v/f && isle run --rm -v ./v:/v bb:1 sh -c 'cat /v/f; echo back >/v/g' && cat v/g`, Output: `^host\nback\n$`},
	{Name: "read-only", Run: `isle run --rm -v ./v:/v:ro bb:1 touch /v/x`, Status: 1, Output: `Read-only`},
	{Name: "a named volume", Run: `isle run --rm -v vol:/data bb:1 sh -c 'cat /data/file; echo more >/data/more' && isle run --rm -v vol:/mnt bb:1 cat /mnt/more && isle volume ls -q`, Output: `^from the image\nmore\nvol\n$`},
	{Name: "a volume in use", Run: `isle create --name u -v vol:/v bb:1 true >/dev/null; isle volume rm vol; isle rm u >/dev/null`, Status: 0, Output: `vol`},
	{Name: "a volume goes", Run: `isle volume rm vol && isle volume ls -q`, Output: `^vol\n$`},
	{Name: "--mount", Run: `isle run --rm --mount type=bind,src=./v,dst=/v,ro --mount type=tmpfs,dst=/t bb:1 sh -c 'cat /v/f; grep -c " /t tmpfs" /proc/mounts'`, Output: `^host\n1\n$`},
	{Name: "a secret", Run: `printf hush | isle secret create s - >/dev/null && isle run --rm --secret s --secret s,type=env,target=S bb:1 sh -c 'cat /run/secrets/s; echo " $S"'; isle secret rm s`, Output: `^hush hush\n`},
	{Name: "an image as a folder", Run: `isle run --rm --mount type=image,src=bb:1,dst=/i bb:1 cat /i/data/file`, Output: `^from the image\n$`},
	{Name: "devices", Run: `isle run --rm bb:1 sh -c 'echo x >/dev/null && head -c 1 /dev/zero | wc -c'`, Output: `^1\n$`},
	{Name: "shared memory", Run: `isle run --rm --shm-size 1m bb:1 df /dev/shm`, Output: ` 1024 `},
}

func TestFiles(t *testing.T) { shell.Walk(t, files) }

// TestPause needs cgroups, which not every ordinary user has.
func TestPause(t *testing.T) {
	shell.Must(t, "isle run -d --name z bb:1 sleep 100")
	defer shell.Must(t, "isle rm -f -t 0 z")
	if status, out := shell.Do(t, "isle pause z && isle unpause z"); status != 0 && strings.Contains(out, "can freeze") {
		t.Skip(out)
	}
	shell.Walk(t, []steps.Step{
		{Name: "paused", Run: `isle pause z && isle ps --format '{{.State}} {{.Status}}'`, Output: `z\npaused .*Paused`},
		{Name: "exec", Run: `isle exec z true`, Status: 125, Output: `it is paused \(isle unpause z`},
		{Name: "unpaused", Run: `isle unpause z && isle exec z echo there`, Output: `z\nthere\n$`},
		{Name: "removed while it is paused", Run: `isle pause z && isle rm -f -t 0 z && isle ps -aq; isle run -d --name z bb:1 sleep 100 >/dev/null`, Output: `^z\nz\n$`},
	})
}
