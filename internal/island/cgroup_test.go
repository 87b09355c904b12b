package island

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const someID = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// TestMadeBy has the paths that engines and systemd give, as their users see them.
func TestMadeBy(t *testing.T) {
	for path, want := range map[string]made{
		"/docker/ID":                            {"docker", "ID", Container},
		"/system.slice/docker-ID.scope":         {"docker", "ID", Container},
		"/machine.slice/libpod-ID.scope":        {"podman", "ID", Container},
		"/libpod_parent/libpod-ID":              {"podman", "ID", Container},
		"/machine.slice/libpod-conmon-ID.scope": {},
		"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope/container":                  {"podman", "ID", Container},
		"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1234.slice/cri-containerd-ID.scope": {"containerd", "ID", Container},
		"/kubepods.slice/kubepods-pod1.slice/crio-ID.scope":                                                   {"cri-o", "ID", Container},
		"/kubepods.slice/kubepods-pod1.slice/crio-conmon-ID.scope":                                            {},
		"/kubepods/burstable/pod9/ID":                                                                         {"kubernetes", "ID", Container},
		"/k8s.io/ID":                                                                                          {"kubernetes", "ID", Container},
		"/default/ID":                                                                                         {"", "ID", Container},
		"/isle/isle-ID":                                                                                       {"isle", "ID", Container},
		"/user.slice/user-1000.slice/user@1000.service/user.slice/isle-ID.scope":                              {"isle", "ID", Container},
		"/lxc.payload.web":                                                                                    {"lxc", "web", Container},
		"/lxc/web/init.scope":                                                                                 {"lxc", "web", Container},
		"/machine.slice/machine-web.scope/payload":                                                            {"systemd-nspawn", "web", Container},
		"/system.slice/nginx.service":                                                                         {"systemd", "nginx.service", Unit},
		"/system.slice/system-getty.slice/getty@tty1.service":                                                 {"systemd", "getty@tty1.service", Unit},
		"/user.slice/user-1000.slice/session-3.scope":                                                         {},
		"/init.scope": {}, "/": {}, "": {}, "/docker": {}, "/docker/short": {},
	} {
		want.id = strings.ReplaceAll(want.id, "ID", someID)
		got, ok := madeBy(strings.ReplaceAll(path, "ID", someID))
		if got != want || ok != (want != made{}) {
			t.Errorf("%s: %+v, want %+v", path, got, want)
		}
	}
}

// FuzzMadeBy: a cgroup may be called anything.
func FuzzMadeBy(f *testing.F) {
	f.Add("/docker/" + someID)
	f.Add("/lxc/web")
	f.Add("//.service/")
	f.Fuzz(func(t *testing.T, path string) {
		m, ok := madeBy(path)
		if ok == (m.id == "") || !strings.Contains(path, m.id) {
			t.Errorf("%q: %+v, %v", path, m, ok)
		}
	})
}

// TestRecorded reads the files in which engines keep the names.
func TestRecorded(t *testing.T) {
	root := t.TempDir()
	write := func(path string, content any) {
		path = filepath.Join(root, path)
		text, err := json.Marshal(content)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(path), 0o755)
		}
		if err == nil {
			err = os.WriteFile(path, text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	annotated := func(m map[string]string) any { return map[string]any{"annotations": m} }
	write("var/lib/docker/containers/aa/config.v2.json", map[string]any{"Name": "/web", "ID": "aa"})
	write("run/containerd/io.containerd.runtime.v2.task/k8s.io/bb/config.json", annotated(map[string]string{
		"io.kubernetes.cri.sandbox-namespace": "default", "io.kubernetes.cri.sandbox-name": "shop", "io.kubernetes.cri.container-name": "db"}))
	write("run/containers/storage/overlay-containers/cc/userdata/config.json", annotated(map[string]string{
		"io.kubernetes.pod.namespace": "kube-system", "io.kubernetes.pod.name": "dns"}))
	write("run/containerd/io.containerd.runtime.v2.task/default/dd/config.json", annotated(map[string]string{"nerdctl/name": "cache"}))
	write("var/lib/docker/containers/ee/config.v2.json", []int{1})
	write("var/lib/isle/containers/00/request.json", map[string]any{"Name": "own", "ID": "00"})
	if err := os.Mkdir(filepath.Join(root, "var/lib/docker/containers/ff"), 0o755); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"aa": "web", "bb": "default/shop/db", "cc": "kube-system/dns", "dd": "cache", "00": "own", "ee": "", "ff": "", "none": ""} {
		if got := recorded(root, id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}
