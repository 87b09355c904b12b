package containers

import (
	"testing"
	"time"

	"isle/internal/engine"
	"isle/internal/engine/request"
)

// seen is a container that has ended, which filters are tried on.
func seen() engine.Seen {
	return engine.Seen{Status: engine.Exited, Container: &engine.Container{
		Request: request.Container{
			ID: "0123456789abcdef", Name: "web", Created: time.Now().Add(-time.Hour), Labels: map[string]string{"a": "b", "empty": ""},
			Image:  request.Image{Name: "localhost/bb:1", ID: "sha256:fedc", Digest: "sha256:1"},
			Mounts: []request.Mount{{Type: "volume", Source: "www", Target: "/srv"}}, Restart: "always",
		},
		State: engine.State{Started: time.Now().Add(-time.Minute), Finished: time.Now(), ExitCode: 3, Health: engine.Health{Status: "healthy"}},
	}}
}

func TestFilters(t *testing.T) {
	t.Setenv("ISLE_IMAGES", t.TempDir())
	t.Setenv("ISLE_CONTAINERS", t.TempDir())
	e, err := engine.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		filters []string
		want    bool
	}{
		{nil, true},
		{[]string{"id=0123"}, true}, {[]string{"id=9"}, true}, {[]string{"id=^9"}, false},
		{[]string{"name=we"}, true}, {[]string{"name=^eb"}, false}, {[]string{"name=^eb", "name=web"}, true},
		{[]string{"label=a"}, true}, {[]string{"label=a=b"}, true}, {[]string{"label=a=c"}, false}, {[]string{"label=empty="}, true},
		{[]string{"label=a=b", "label=c"}, false}, {[]string{"label!=a"}, false}, {[]string{"label!=c"}, true},
		{[]string{"status=exited"}, true}, {[]string{"status=stopped"}, true}, {[]string{"status=running"}, false}, {[]string{"status=running", "status=exited"}, true},
		{[]string{"exited=3"}, true}, {[]string{"exited=0"}, false},
		{[]string{"ancestor=localhost/bb:1"}, true}, {[]string{"ancestor=fed"}, true}, {[]string{"ancestor=other"}, false},
		{[]string{"until=30m"}, true}, {[]string{"until=2h"}, false},
		{[]string{"volume=www"}, true}, {[]string{"volume=/srv"}, true}, {[]string{"volume=x"}, false},
		{[]string{"network=none"}, true}, {[]string{"network=host"}, false},
		{[]string{"health=healthy"}, true}, {[]string{"health=none"}, false}, {[]string{"restart-policy=always"}, true},
		{[]string{"name=web", "status=running"}, false},
	} {
		keep, err := filterOf(e, test.filters)
		if err != nil || keep(seen()) != test.want {
			t.Errorf("%q: not %v, %v", test.filters, test.want, err)
		}
	}
	for _, bad := range []string{"name", "colour=red", "status=asleep", "exited=x", "id=(", "before=nobody", "until=soon"} {
		if _, err := filterOf(e, []string{bad}); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

func TestRow(t *testing.T) {
	s := seen()
	s.State.Finished = time.Now().Add(-90 * time.Second)
	s.Request.Command = []string{"sleep", "10"}
	r := rowOf(s, images{})
	if r.Status != "Exited (3) About a minute ago" || r.State != "exited" || r.CreatedAt != "About an hour ago" || r.Pid != 0 || r.Names[0] != "web" || r.Mounts[0] != "/srv" {
		t.Errorf("%+v", r)
	}
	s.Status, s.State.PID, s.State.Started = engine.Running, 12, time.Now().Add(-3*time.Hour)
	if r := rowOf(s, images{}); r.Status != "Up 3 hours (healthy)" || r.Pid != 12 || r.ExitCode != 0 {
		t.Errorf("%+v", r)
	}
	s.Status, s.State = engine.Created, engine.State{}
	if r := rowOf(s, images{}); r.Status != "Created" {
		t.Errorf("%+v", r)
	}
}

func TestEventFilter(t *testing.T) {
	v := &engine.Event{Type: "container", Status: "died", ID: "abc123", Name: "web", Image: "localhost/bb:1", Attributes: map[string]string{"a": "b"}}
	for _, test := range []struct {
		filters []string
		want    bool
	}{
		{nil, true}, {[]string{"container=web"}, true}, {[]string{"container=abc"}, true}, {[]string{"container=x"}, false},
		{[]string{"event=died"}, true}, {[]string{"event=start", "event=died"}, true}, {[]string{"event=died", "type=volume"}, false},
		{[]string{"image=bb:1"}, true}, {[]string{"image=localhost/bb"}, true}, {[]string{"image=cc"}, false},
		{[]string{"label=a=b"}, true}, {[]string{"label=a=c"}, false}, {[]string{"volume=web"}, false},
	} {
		keep, err := eventFilter(test.filters)
		if err != nil || keep(v) != test.want {
			t.Errorf("%q: not %v, %v", test.filters, test.want, err)
		}
	}
	if _, err := eventFilter([]string{"colour=red"}); err == nil {
		t.Error("colour is a key")
	}
}
