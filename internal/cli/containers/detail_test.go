package containers

import (
	"encoding/json"
	"strings"
	"testing"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/engine/request"
)

// TestDetail: the fields that scripts read are there, by their names in JSON.
func TestDetail(t *testing.T) {
	t.Setenv("ISLE_IMAGES", t.TempDir())
	t.Setenv("ISLE_CONTAINERS", t.TempDir())
	e, err := engine.Open()
	if err != nil {
		t.Fatal(err)
	}
	timeout, pids := 3, int64(7)
	r := &request.Container{
		Name: "web", Image: request.Image{RootFS: "/"}, Command: []string{"sleep", "10"}, Env: []string{"A=b"}, Labels: map[string]string{"a": "b"},
		Mounts: []request.Mount{{Type: "bind", Source: "/etc", Target: "/e", ReadOnly: true}, {Type: "volume", Source: "www", Target: "/v"}, {Type: "tmpfs", Target: "/t"}},
		Limits: request.Limits{Memory: 1 << 20, CPUs: 1.5, PidsLimit: &pids}, Restart: "on-failure", RestartMax: 2, StopTimeout: &timeout, CapAdd: []string{"NET_ADMIN"},
		Ulimits: []string{"nofile=10:20"}, Network: "host", User: "7", Workdir: "/w", Health: &request.Health{Test: []string{"CMD", "true"}},
	}
	if _, err := e.Create(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	c, err := inspectVerb().Parse("isle inspect", []string{"web"})
	if err != nil {
		t.Fatal(err)
	}
	list, err := Inspected(c)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	text, err := json.Marshal(list[0])
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"Id": `"` + r.ID + `"`, "Name": `"web"`, "Path": `"sleep"`, "Args": `["10"]`, "RestartCount": "0", "Rootfs": `"/"`,
		"State.Status": `"created"`, "State.Running": "false", "State.Paused": "false", "State.Pid": "0", "State.ExitCode": "0", "State.Health.Log": "[]",
		"Config.Env": `["A=b"]`, "Config.Cmd": `["sleep","10"]`, "Config.Labels": `{"a":"b"}`, "Config.User": `"7"`, "Config.WorkingDir": `"/w"`, "Config.StopTimeout": "3",
		"Config.StopSignal": `"SIGTERM"`, "Config.Healthcheck.Test": `["CMD","true"]`, "Config.Hostname": `"` + r.ID[:12] + `"`,
		"HostConfig.Memory": "1048576", "HostConfig.NanoCpus": "1500000000", "HostConfig.PidsLimit": "7", "HostConfig.CapAdd": `["NET_ADMIN"]`,
		"HostConfig.RestartPolicy": `{"MaximumRetryCount":2,"Name":"on-failure"}`, "HostConfig.NetworkMode": `"host"`, "HostConfig.Binds": `["/etc:/e:ro","www:/v"]`,
		"HostConfig.Tmpfs": `{"/t":""}`, "HostConfig.Ulimits": `[{"Hard":20,"Name":"RLIMIT_NOFILE","Soft":10}]`, "HostConfig.LogConfig.Type": `"json-file"`,
		"NetworkSettings.Ports": "{}", "GraphDriver.Name": `"overlay"`,
	} {
		at := any(fields)
		for _, name := range strings.Split(path, ".") {
			m, _ := at.(map[string]any)
			at = m[name]
		}
		if got, _ := json.Marshal(at); string(got) != want {
			t.Errorf("%s is %s, not %s", path, got, want)
		}
	}
	if mounts, _ := fields["Mounts"].([]any); len(mounts) != 2 || mounts[0].(map[string]any)["RW"] != false || mounts[1].(map[string]any)["Name"] != "www" {
		t.Errorf("Mounts: %v", mounts)
	}
	if c, err = inspectVerb().Parse("isle inspect", []string{"nobody"}); err == nil {
		list, err = Inspected(c)
	}
	if err != verb.Status(125) || list == nil || len(list) != 0 {
		t.Errorf("nobody: %v, %v", list, err)
	}
}
