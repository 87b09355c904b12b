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
	{Name: "sandbox", Run: `$K runp /run/pod.json >/run/pod && $K pods`, Output: `pod +default +1`},
	{Name: "container", Run: fmt.Sprintf(start, "one")},
	{Name: "second container", Run: fmt.Sprintf(start, "two")},
	{Name: "both run", Run: `sleep 0.5; $K ps`, Output: `(?s)Running.*Running`},
	{Name: "logs", Run: `$K logs $(cat /run/one); $K logs $(cat /run/two)`, Output: `^started\npodhost\nsecond\n$`},
	{Name: "exec", Run: `$K exec -s $(cat /run/one) sh -c 'hostname; ip -4 -o addr show eth0'`, Output: `^podhost\n.*10\.77\.0\.(?s:.*)$`},
	{Name: "exec streamed", Run: `echo streamed | $K exec -i $(cat /run/one) cat`, Output: `^streamed\n$`},
	{Name: "exec's status", Run: `$K exec -s $(cat /run/one) sh -c 'exit 42'`, Status: 1, Output: `42`},
	{Name: "exec as the container's user", Run: `$K exec -s $(cat /run/two) sh -c 'id -u; grep NoNew /proc/self/status; touch /x || true'`, Output: `^65534\nNoNewPrivs:\t1\n`},
	{Name: "shared network", Run: `$K exec -s $(cat /run/two) busybox wget -qO- http://127.0.0.1:8080/index.html`, Output: `^page\n`},
	{Name: "port-forward", Run: `$K port-forward $(cat /run/pod) 18080:8080 & sleep 1; busybox wget -qO- http://127.0.0.1:18080/index.html; s=$?; kill $!; exit $s`, Output: `(?m)^page$`},
	{Name: "limits", Run: `$K exec -s $(cat /run/one) sh -c 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes || cat /sys/fs/cgroup/memory.max'`, Output: `67108864`},
	{Name: "update", Run: `$K update --memory 33554432 $(cat /run/one) && $K exec -s $(cat /run/one) sh -c 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes || cat /sys/fs/cgroup/memory.max'`, Output: `33554432`},
	{Name: "stats", Run: `$K stats -o json`, Output: `(?s)"workingSetBytes".*"value": "[1-9]`},
	{Name: "restart", Run: `$K stop -t 5 $(cat /run/two) && $K inspect $(cat /run/two) | grep exitCode && $K rm $(cat /run/two) && ` + fmt.Sprintf(start, "two") + ` && sleep 0.3 && $K logs $c`, Output: `"exitCode": 3(?s:.*)second`},
	{Name: "killed outright", Run: `$K stop -t 0 $(cat /run/one) && $K inspect $(cat /run/one) | grep exitCode`, Output: `137`},
	{Name: "stop and remove", Run: `$K stopp $(cat /run/pod) && $K rmp $(cat /run/pod) && $K pods -q && $K ps -a -q`, Output: `removed|Removed`},
	{Name: "none left", Run: `$K pods -q; $K ps -a -q`, Output: `^$`},
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
