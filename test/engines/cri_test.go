package engines

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// criConfig is containerd's with isle for Kubernetes, without what needs a
// privilege or a module that this machine may lack.
const criConfig = `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs"]
[grpc]
address = "/run/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "docker.io/library/bb:1"
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "/run/cni"
[plugins."io.containerd.grpc.v1.cri".containerd]
default_runtime_name = "isle"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.isle]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.isle.options]
BinaryName = %q
`

// criFiles are a network and what crictl makes a pod and its two containers of.
var criFiles = map[string]string{
	"crictl.yaml":       "runtime-endpoint: unix:///run/containerd.sock\nimage-endpoint: unix:///run/containerd.sock\n",
	"cni/isle.conflist": `{"cniVersion":"0.4.0","name":"isle","plugins":[{"type":"ptp","ipam":{"type":"host-local","subnet":"10.77.0.0/24"}},{"type":"loopback"}]}`,
	"pod.json":          `{"metadata":{"name":"pod","namespace":"default","uid":"u1","attempt":1},"log_directory":"/run/logs","hostname":"podhost","port_mappings":[],"linux":{"cgroup_parent":"/isle-cri"}}`,
	"one.json": `{"metadata":{"name":"one"},"image":{"image":"docker.io/library/bb:1"},"command":["sh","-c","echo started; hostname; mkdir -p /tmp/w; echo page >/tmp/w/index.html; exec busybox httpd -f -p 8080 -h /tmp/w"],
		"log_path":"one.log","linux":{"resources":{"memory_limit_in_bytes":67108864,"cpu_period":100000,"cpu_quota":50000}}}`,
	"two.json": `{"metadata":{"name":"two","attempt":0},"image":{"image":"docker.io/library/bb:1"},"command":["sh","-c","trap 'exit 3' TERM; echo second; while :; do sleep 0.1; done"],
		"log_path":"two.log","linux":{"security_context":{"run_as_user":{"value":65534},"readonly_rootfs":true,"no_new_privs":true}}}`,
}

// start makes one of the containers and starts it.
const start = `c=$($K create $(cat /run/pod) /run/%s.json /run/pod.json) && echo $c >/run/%[1]s && $K start $c`

// K is crictl; names of what it has made are in /run.
var cri = []step{
	{name: "sandbox", run: `$K runp /run/pod.json >/run/pod && $K pods`, output: `pod +default +1`},
	{name: "container", run: fmt.Sprintf(start, "one")},
	{name: "second container", run: fmt.Sprintf(start, "two")},
	{name: "both run", run: `sleep 0.5; $K ps`, output: `(?s)Running.*Running`},
	{name: "logs", run: `$K logs $(cat /run/one); $K logs $(cat /run/two)`, output: `^started\npodhost\nsecond\n$`},
	{name: "exec", run: `$K exec -s $(cat /run/one) sh -c 'hostname; ip -4 -o addr show eth0'`, output: `^podhost\n.*10\.77\.0\.(?s:.*)$`},
	{name: "exec streamed", run: `echo streamed | $K exec -i $(cat /run/one) cat`, output: `^streamed\n$`},
	{name: "exec's status", run: `$K exec -s $(cat /run/one) sh -c 'exit 42'`, status: 1, output: `42`},
	{name: "exec as the container's user", run: `$K exec -s $(cat /run/two) sh -c 'id -u; grep NoNew /proc/self/status; touch /x || true'`, output: `^65534\nNoNewPrivs:\t1\n`},
	{name: "shared network", run: `$K exec -s $(cat /run/two) busybox wget -qO- http://127.0.0.1:8080/index.html`, output: `^page\n`},
	{name: "port-forward", run: `$K port-forward $(cat /run/pod) 18080:8080 & sleep 1; busybox wget -qO- http://127.0.0.1:18080/index.html; s=$?; kill $!; exit $s`, output: `(?m)^page$`},
	{name: "limits", run: `$K exec -s $(cat /run/one) sh -c 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes || cat /sys/fs/cgroup/memory.max'`, output: `67108864`},
	{name: "update", run: `$K update --memory 33554432 $(cat /run/one) && $K exec -s $(cat /run/one) sh -c 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes || cat /sys/fs/cgroup/memory.max'`, output: `33554432`},
	{name: "stats", run: `$K stats -o json`, output: `(?s)"workingSetBytes".*"value": "[1-9]`},
	{name: "restart", run: `$K stop -t 5 $(cat /run/two) && $K inspect $(cat /run/two) | grep exitCode && $K rm $(cat /run/two) && ` + fmt.Sprintf(start, "two") + ` && sleep 0.3 && $K logs $c`, output: `"exitCode": 3(?s:.*)second`},
	{name: "killed outright", run: `$K stop -t 0 $(cat /run/one) && $K inspect $(cat /run/one) | grep exitCode`, output: `137`},
	{name: "stop and remove", run: `$K stopp $(cat /run/pod) && $K rmp $(cat /run/pod) && $K pods -q && $K ps -a -q`, output: `removed|Removed`},
	{name: "none left", run: `$K pods -q; $K ps -a -q`, output: `^$`},
}

func TestCRI(t *testing.T) {
	need(t, "containerd", "containerd-shim-runc-v2", "ctr", "crictl", "/usr/lib/cni/ptp")
	files := map[string]string{"cri.toml": fmt.Sprintf(criConfig, runtime)}
	for name, text := range criFiles {
		files[name] = text
	}
	for name, text := range files {
		folder := "/run/" + name[:strings.LastIndex(name, "/")+1]
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("/run/"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const client = "crictl --config /run/crictl.yaml --timeout 20s"
	environment := []string{"K=" + client}
	serve(t, environment, client+" version", "containerd -c /run/cri.toml")
	t.Log(must(t, environment, "containerd --version; crictl --version; ctr --address /run/containerd.sock -n k8s.io images import "+image))
	walk(t, environment, cri)
	nothingLeft(t, "/run/containerd/runc/k8s.io", "*/isle-cri/*")
}
