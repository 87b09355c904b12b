package options

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"isle/internal/engine/request"
	"isle/internal/getopt"
)

// parse reads a command line as isle create does.
func parse(words ...string) (*Options, error) {
	o, table := New(), Table()
	var plain []getopt.Option
	for _, option := range table {
		plain = append(plain, option.Option)
	}
	operands, err := getopt.Parse(plain, words, getopt.Stop, func(i int, arg string, given bool) error {
		return o.Apply(&table[i], arg, given)
	})
	if err == nil {
		err = o.Finish(operands)
	}
	return o, err
}

// noProxies empties the variables that are passed on unasked.
func noProxies(t *testing.T) {
	for _, name := range proxyVariables() {
		t.Setenv(name, "")
		os.Unsetenv(name)
	}
}

func TestRequest(t *testing.T) {
	noProxies(t)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	number, pids, seconds := 500, int64(-1), 30
	keys := ""
	for line, change := range map[string]func(r *request.Container){
		"alpine sh -c x": func(r *request.Container) { r.Command = []string{"sh", "-c", "x"} },
		"-itd --rm --name a.b-c_1 --restart on-failure:5 alpine": func(r *request.Container) {
			r.OpenStdin, r.Terminal, r.Remove, r.Name, r.Restart, r.RestartMax = true, true, true, "a.b-c_1", "on-failure", 5
		},
		"--restart always --restart=no --rm --rm=false --init=true alpine": func(r *request.Container) { r.Init = true },
		"-m 1.5g --memory-swap -1 --memory-reservation 512MiB --cpus=1.5 --pids-limit -1 -c 7 alpine": func(r *request.Container) {
			r.Limits = request.Limits{Memory: 3 << 29, MemorySwap: -1, MemoryReservation: 512 << 20, CPUs: 1.5, PidsLimit: &pids, CPUShares: 7}
		},
		"--device-read-bps /dev/sda:1mb --device-write-iops /dev/a:b:9 --blkio-weight-device /dev/sda:10 --cpuset-cpus 0-3,7 alpine": func(r *request.Container) {
			r.Limits = request.Limits{ReadBps: []string{"/dev/sda:1048576"}, WriteIOps: []string{"/dev/a:b:9"}, BlkioWeightDevice: []string{"/dev/sda:10"}, CpusetCPUs: "0-3,7"}
		},
		"--ulimit NOFILE=1:unlimited --ulimit core=0 --shm-size 64k --oom-score-adj 500 alpine": func(r *request.Container) {
			r.Ulimits, r.ShmSize, r.OOMScoreAdj = []string{"nofile=1:-1", "core=0:0"}, 64<<10, &number
		},
		"-v /a:/b:ro,z -v ./x:/c/ -v data:/d:U -v /e --tmpfs /f:size=1m,mode=1777,exec alpine": func(r *request.Container) {
			r.Mounts = []request.Mount{
				{Type: "bind", Source: "/a", Target: "/b", ReadOnly: true, Options: []string{"z"}},
				{Type: "bind", Source: filepath.Join(here, "x"), Target: "/c"},
				{Type: "volume", Source: "data", Target: "/d", Options: []string{"U"}},
				{Type: "volume", Target: "/e"},
				{Type: "tmpfs", Target: "/f", Size: 1 << 20, Mode: "1777", Options: []string{"exec"}},
			}
		},
		`--mount type=bind,src=/a,target=/b,ro=false,bind-propagation=rslave,relabel=private --mount dst=/c,src=v,volume-subpath=x/y --mount type=image,src=i:1,dst=/d,readonly --mount type=tmpfs,tmpfs-size=50%,dst=/e --mount type=bind,"src=/a,b",dst=/f,U,idmap=uids=0-1-1 alpine`: func(r *request.Container) {
			r.Mounts = []request.Mount{
				{Type: "bind", Source: "/a", Target: "/b", Options: []string{"rslave", "Z"}},
				{Type: "volume", Source: "v", Target: "/c", Subpath: "x/y"},
				{Type: "image", Source: "i:1", Target: "/d", ReadOnly: true},
				{Type: "tmpfs", Target: "/e", Options: []string{"size=50%"}},
				{Type: "bind", Source: "/a,b", Target: "/f", Options: []string{"U", "idmap=uids=0-1-1"}},
			}
		},
		"--secret s --secret s,type=env --secret s,target=/x,uid=1,gid=2,mode=0400 alpine": func(r *request.Container) {
			r.Secrets = []request.Secret{{Name: "s", Target: "s", Mode: 0o444}, {Name: "s", Env: "s", Mode: 0o444}, {Name: "s", Target: "/x", UID: 1, GID: 2, Mode: 0o400}}
		},
		"--security-opt seccomp=unconfined --security-opt no-new-privileges --security-opt label:disable --security-opt mask=/a:/b --security-opt unmask=all --cap-add net_admin,CAP_SYS_TIME --cap-drop all alpine": func(r *request.Container) {
			r.Seccomp, r.NoNewPrivileges, r.Label, r.Mask, r.Unmask = "unconfined", true, []string{"disable"}, []string{"/a", "/b"}, []string{"ALL"}
			r.CapAdd, r.CapDrop = []string{"net_admin", "CAP_SYS_TIME"}, []string{"all"}
		},
		"--net host --pid container:x --ipc none --uts ns:/proc/1/ns/uts --userns keep-id:uid=5,gid=6 --hostname h alpine": func(r *request.Container) {
			r.Network, r.PID, r.IPC, r.UTS, r.Userns, r.Hostname = "host", "container:x", "none", "ns:/proc/1/ns/uts", "keep-id:uid=5,gid=6", "h"
		},
		"-h web --uidmap 0:1 --gidmap 0:1:9 --add-host a:::1 --dns 1.1.1.1 --expose 80/tcp alpine": func(r *request.Container) {
			r.Hostname, r.UIDMap, r.GIDMap, r.AddHost, r.DNS, r.Expose = "web", []string{"0:1:1"}, []string{"0:1:9"}, []string{"a:::1"}, []string{"1.1.1.1"}, []string{"80/tcp"}
		},
		"--health-cmd true --health-interval 5 --health-retries 2 --health-on-failure kill alpine": func(r *request.Container) {
			r.Health = &request.Health{Test: []string{"CMD-SHELL", "true"}, Interval: 5 * time.Second, Retries: 2, OnFailure: "kill"}
		},
		`--health-cmd ["a","b"] --no-healthcheck=false alpine`: func(r *request.Container) {
			r.Health = &request.Health{Test: []string{"CMD", "a", "b"}}
		},
		`--entrypoint ["a","b"] alpine c`: func(r *request.Container) { r.Entrypoint, r.Command = []string{"a", "b"}, []string{"c"} },
		"--entrypoint= alpine":            func(r *request.Container) { r.Entrypoint = []string{} },
		"--log-driver k8s-file --log-opt max-size=10m --log-opt max-file=3 -l a -l b=c=d alpine": func(r *request.Container) {
			r.Log = request.Log{Driver: "k8s-file", Options: map[string]string{"max-size": "10485760", "max-file": "3"}}
			r.Labels = map[string]string{"a": "", "b": "c=d"}
		},
		"--stop-signal int --stop-timeout 30 --detach-keys= --read-only --read-only-tmpfs=false --device /dev/null:rw alpine": func(r *request.Container) {
			r.StopSignal, r.StopTimeout, r.DetachKeys, r.ReadOnly, r.ReadOnlyTmpfs, r.Devices = "int", &seconds, &keys, true, false, []string{"/dev/null:rw"}
		},
		"--image-volume bind --volumes-from x:ro --umask 022 --tz Europe/Berlin --group-add keep-groups alpine": func(r *request.Container) {
			r.ImageVolumes, r.VolumesFrom, r.Umask, r.Timezone, r.Groups = "anonymous", []string{"x:ro"}, "022", "Europe/Berlin", []string{"keep-groups"}
		},
		"--rootfs / sh": func(r *request.Container) { r.Image, r.Command = request.Image{RootFS: "/"}, []string{"sh"} },
	} {
		o, err := parse(strings.Fields(line)...)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		want := request.Container{Image: request.Image{Name: "alpine"}, ReadOnlyTmpfs: true, Command: []string{}}
		change(&want)
		if diff := cmp.Diff(want, o.Request); diff != "" {
			t.Errorf("%s (- wanted, + got):\n%s", line, diff)
		}
	}
}

func TestFront(t *testing.T) {
	o, err := parse("-d=false", "x")
	if err == nil {
		t.Errorf("-d=false: a short switch takes no argument, but %+v", o)
	}
	o, err = parse("--detach=false", "--sig-proxy=0", "-a", "STDOUT", "--pull", "newer", "--arch", "arm64", "--os", "linux", "--tls-verify=false", "-q", "--cidfile", "f", "--dry-run=json", "--replace", "--name", "n", "x")
	if err != nil {
		t.Fatal(err)
	}
	if o.Detach || o.SigProxy || !slices.Equal(o.Attach, []string{"stdout"}) || o.Pull != "newer" || o.Platform != "linux/arm64" ||
		o.TLSVerify == nil || *o.TLSVerify || !o.Quiet || o.CIDFile != "f" || o.DryRun != "json" || !o.Replace {
		t.Errorf("%+v", o)
	}
}

func TestRefusals(t *testing.T) {
	for line, want := range map[string]string{
		"":                                           "an image is missing",
		"-m 12x alpine":                              `--memory: "12x" is no size`,
		"-m 99999999999g alpine":                     "more than there can be",
		"-m -1 alpine":                               "is no size",
		"--memory-swap 1g alpine":                    "needs --memory",
		"-m 2g --memory-swap 1g alpine":              "cannot be less than --memory",
		"--cpus NaN alpine":                          "is no number of processors",
		"--cpus -1 alpine":                           "is no number of processors",
		"--cpus 1 --cpu-quota 5 alpine":              "do not go together",
		"--cpuset-cpus 3-1 alpine":                   "is no list",
		"--blkio-weight 9 alpine":                    "from 10 to 1000",
		"--device-read-bps sda:1 alpine":             "absolute path of a device",
		"--ulimit nofile=2:1 alpine":                 "above the hard one",
		"--ulimit nofile=-1:5 alpine":                "above the hard one",
		"--ulimit files=2 alpine":                    "is no resource",
		"-v /a:b alpine":                             "not an absolute path in the container",
		"-v a/b:/c alpine":                           "begins with / or ./",
		"-v /a:/b:frob alpine":                       `"frob" is no option`,
		"-v /a:/ alpine":                             "on the root itself",
		"-v /a:/b -v /c:/b/ alpine":                  "something else",
		"-v :/a:/b:/c alpine":                        "is not [SRC:]DST",
		"--mount type=bind,dst=/a alpine":            "needs src=",
		"--mount type=nfs,dst=/a alpine":             "is no type",
		"--mount type=volume,src=/a,dst=/b x":        "type=bind",
		"--mount src=a,volume-subpath=../x,dst=/b x": "stays inside",
		`--mount "a x`:                               "a quote is not closed",
		"--tmpfs /a:mode=9 x":                        "octal",
		"-p 80:80 alpine":                            "publishes no ports yet",
		"-P alpine":                                  "publishes no ports yet",
		"--pod p alpine":                             "has no pods",
		"--gpus all alpine":                          "--gpus: isle does not",
		"--network bridge alpine":                    "isle makes none yet",
		"--network container: alpine":                "no network",
		"--userns keep-id:foo=1 x":                   "is no option of keep-id",
		"--uidmap 0:x:1 x":                           "invalid mapping",
		"--restart sometimes x":                      "not one of no",
		"--restart always:3 x":                       "only on-failure",
		"--rm --restart always x":                    "do not go together",
		"--replace x":                                "by --name",
		"--name -x x":                                "is no name",
		"--name a/b x":                               "is no name",
		"-d -a stdin x":                              "do not go together",
		"-a tty x":                                   "not one of stdin",
		"--health-cmd a --no-healthcheck x":          "do not go together",
		"--health-interval soon x":                   "is no time",
		"--health-cmd [1] x":                         "no JSON array",
		"--secret /s x":                              "no name of a secret",
		"--secret s,mode=999 x":                      "no number",
		"--security-opt foo=bar x":                   "not one of seccomp",
		"--security-opt seccomp x":                   "not NAME=VALUE",
		"--cap-add fly x":                            "fly",
		"--pull sometimes x":                         "not one of always",
		"--platform linux x":                         "is not OS/ARCH",
		"--env =x x":                                 "invalid variable",
		"--env-file /nonexistent x":                  "environment file /nonexistent: no such file",
		"--label-file /nonexistent x":                "--label-file: no such file",
		"--entrypoint [x x":                          "no JSON array",
		"--stop-signal BANG x":                       "unknown signal",
		"--detach-keys ctrl-1 x":                     "detach keys",
		"--umask 9 x":                                "octal",
		"--tz ../../etc/passwd x":                    "no time zone",
		"--hostname a_b! x":                          "invalid host",
		"-w here x":                                  "not an absolute path",
		"--log-driver syslog x":                      "not one of json-file",
		"--log-opt max-size=0 x":                     "nothing to keep",
		"--device-cgroup-rule x x":                   "is no rule",
		"--device null x":                            "absolute paths",
		"--device vendor.com/gpu=0 x":                "CDI",
		"--expose 99999 x":                           "65535",
		"--add-host a x":                             "is not NAME:ADDRESS",
		"--rm=maybe x":                               "neither true nor false",
		"--preserve-fds 1 -d --rm x":                 "--preserve-fds: it goes with --rm alone",
		"--frob x":                                   "unrecognized option",
	} {
		o, err := parse(strings.Fields(line)...)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q (%+v)", line, err, want, o.Request)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n") {
			t.Errorf("%s: more than a line: %v", line, err)
		}
	}
}

// TestHarmless: what asks for nothing is not refused.
func TestHarmless(t *testing.T) {
	if o, err := parse("--systemd=false", "--sdnotify", "ignore", "--passwd=false", "--rmi=false", "--publish-all=false", "x"); err != nil || o.Request.Image.Name != "x" {
		t.Errorf("%v, %+v", err, o)
	}
	for _, line := range []string{"--rmi", "--passwd", "--sdnotify=conmon"} {
		if _, err := parse(line, "x"); err == nil {
			t.Errorf("%s is taken", line)
		}
	}
}

func TestEnvironment(t *testing.T) {
	noProxies(t)
	t.Setenv("ISLE_TEST_A", "1")
	t.Setenv("ISLE_TEST_B", "2")
	t.Setenv("http_proxy", "p")
	file := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(file, []byte("# comment\n\n  X=1 # kept\r\nISLE_TEST_A\nNOT_SET_ANYWHERE\nY=\"q\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	o, err := parse("-e", "X=2", "-e", "ISLE_TEST_B*", "-e", "NOT_SET_ANYWHERE", "--env-file", file, "-e", "Z=", "x")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"http_proxy=p", "X=2", "ISLE_TEST_A=1", `Y="q"`, "ISLE_TEST_B=2", "Z="}
	if diff := cmp.Diff(want, o.Request.Env); diff != "" {
		t.Error(diff)
	}
	if o, err = parse("--http-proxy=false", "x"); err != nil || len(o.Request.Env) != 0 {
		t.Errorf("without proxies: %v, %v", o.Request.Env, err)
	}
	if o, err = parse("--env-host", "x"); err != nil || !slices.Contains(o.Request.Env, "ISLE_TEST_A=1") {
		t.Errorf("--env-host: %v, %v", o.Request.Env, err)
	}
}

// TestTable: names are there once, what isle has not says why, and help leaves it out.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range Table() {
		for _, name := range []string{o.Long, string(rune(o.Short))} {
			if name != "\x00" && seen[name] {
				t.Errorf("%s is there twice", name)
			}
			seen[name] = true
		}
		if (o.Set == nil) != (o.Why != "") || o.Set == nil && o.Help != "" {
			t.Errorf("--%s: it either does something or says why not, without help then", o.Long)
		}
	}
}
