package containers

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/engine/logs"
	"isle/internal/engine/request"
)

// printed are containers of a store of the test, each with a log.
func printed(t *testing.T, log request.Log, names ...string) (*engine.Engine, []*engine.Container) {
	t.Helper()
	t.Setenv("ISLE_IMAGES", filepath.Join(t.TempDir(), "images"))
	t.Setenv("ISLE_CONTAINERS", filepath.Join(t.TempDir(), "containers"))
	e, err := engine.Open()
	if err != nil {
		t.Fatal(err)
	}
	var list []*engine.Container
	for _, name := range names {
		c, err := e.Create(context.Background(), &request.Container{Name: name, Image: request.Image{RootFS: t.TempDir()}, Log: log})
		if err != nil {
			t.Fatal(err)
		}
		o, err := held(e, c)
		if err != nil {
			t.Fatal(err)
		}
		w, err := logs.Open(o.Log)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		w.Write(logs.Stdout, at, []byte(name+" one\n"))
		w.Write(logs.Stderr, at.Add(time.Second), []byte(name+" wrong\n"))
		w.Write(logs.Stdout, at.Add(2*time.Second), []byte(strings.Repeat("x", 20<<10)+"\nend"))
		w.Close()
		list = append(list, c)
	}
	return e, list
}

// logsOf is what a command prints.
func logsOf(t *testing.T, e *engine.Engine, list []*engine.Container, words ...string) (out, errs string) {
	t.Helper()
	read := verb.Verb{Name: "logs", Options: LogsFlags(), Most: -1}
	v, err := read.Parse("isle logs", words)
	if err != nil {
		t.Fatal(err)
	}
	q, err := queryOf(v)
	if err != nil {
		t.Fatal(err)
	}
	var o, s bytes.Buffer
	p := &page{out: bufio.NewWriter(&o), err: bufio.NewWriter(&s), at: q.Follow}
	if err := printLogs(e, v, list, q, p); err != nil {
		t.Fatal(err)
	}
	return o.String(), s.String()
}

func TestLogs(t *testing.T) {
	defer func(zone *time.Location) { time.Local = zone }(time.Local)
	time.Local = time.FixedZone("", 2*3600)
	e, list := printed(t, request.Log{}, "web")
	long := strings.Repeat("x", 20<<10)
	for _, test := range []struct {
		words     string
		out, errs string
	}{
		{"", "web one\n" + long + "\nend", "web wrong\n"},
		{"--tail 2", long + "\nend", ""},
		{"--tail all", "web one\n" + long + "\nend", "web wrong\n"},
		{"--until 2026-01-02T03:04:06Z", "web one\n", "web wrong\n"},
		{"--since 2026-01-02T03:04:06Z --until 1767323046", "", "web wrong\n"},
		{"--since 2026-01-02T05:04:07", long + "\nend", ""},
		{"-f", "web one\n" + long + "\nend", "web wrong\n"}, // it does not run
		{"-t --tail 1", "2026-01-02T05:04:07.000000000+02:00 end", ""},
		{"-t --until 2026-01-02T03:04:05Z", "2026-01-02T05:04:05.000000000+02:00 web one\n", ""},
		{"-n --tail 2", "web " + long + "\nweb end", ""},
		{"--color --until 2026-01-02T03:04:05Z", "\x1b[31mweb one\x1b[0m\n", ""},
	} {
		out, errs := logsOf(t, e, list, strings.Fields(test.words)...)
		if out != test.out || errs != test.errs {
			t.Errorf("logs %s: %.100q, %.100q; want %.100q, %.100q", test.words, out, errs, test.out, test.errs)
		}
	}
}

// TestLogsOfTwo: each line says whose it is.
func TestLogsOfTwo(t *testing.T) {
	e, list := printed(t, request.Log{}, "web", "db")
	out, _ := logsOf(t, e, list, "--until", "2026-01-02T03:04:05Z")
	if want := list[0].Request.ID[:12] + " web one\n" + list[1].Request.ID[:12] + " db one\n"; out != want {
		t.Errorf("%q; want %q", out, want)
	}
	if out, _ := logsOf(t, e, list, "-f", "-n", "--until", "2026-01-02T03:04:05Z"); !strings.Contains(out, "web web one\n") || !strings.Contains(out, "db db one\n") {
		t.Errorf("%q", out)
	}
}

// TestLogElsewhere: the log has the path, and the bound, that it was given.
func TestLogElsewhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "web.log")
	e, list := printed(t, request.Log{Driver: "k8s-file", Options: map[string]string{"path": path, "max-size": "30000", "max-file": "2"}}, "web")
	if out, _ := logsOf(t, e, list, "--tail", "1"); out != "end" {
		t.Errorf("%q", out)
	}
	if files, _ := filepath.Glob(path + "*"); len(files) != 1 {
		t.Errorf("%q", files)
	}
	for _, options := range []map[string]string{{"max-size": "x"}, {"max-file": "-1"}} {
		c := *list[0]
		c.Request.Log.Options = options
		if _, err := held(e, &c); err == nil {
			t.Errorf("%q is taken", options)
		}
	}
}

func TestWrongQueries(t *testing.T) {
	read := verb.Verb{Name: "logs", Options: LogsFlags(), Most: -1}
	for _, words := range []string{"--since never", "--until 1.x", "--tail many", "--tail 1x"} {
		v, err := read.Parse("isle logs", strings.Fields(words))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := queryOf(v); err == nil {
			t.Errorf("%s is taken", words)
		}
	}
}

// readJournal: the journal is read by journalctl, which is asked for the same.
func readJournal(t *testing.T) {
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "journalctl"), []byte("#!/bin/sh\necho \"$@\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if status, out := run("create", "--name", "box", "--log-driver", "journald", "bb:1", "sh"); status != 0 {
		t.Fatal(out)
	}
	t.Cleanup(func() { run("rm", "box") })
	_, id := run("ps", "-a", "--no-trunc", "-q")
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	for words, want := range map[string]string{
		"":                         "--quiet --no-pager --output=cat",
		"-f -t":                    "--quiet --no-pager --output=short-iso-precise --follow --lines=all",
		"--tail 3 --since 1.5":     "--quiet --no-pager --output=cat --lines=3 --since=@1",
		"--until 1767323046 -f":    "--quiet --no-pager --output=cat --follow --lines=all --until=@1767323046",
		"--tail=all --since=1h -n": "--since=@",
	} {
		status, out := run(append(append([]string{"logs"}, strings.Fields(words)...), "box")...)
		if status != 0 || !strings.Contains(out, want) || !strings.HasSuffix(out, " CONTAINER_ID_FULL="+id) {
			t.Errorf("logs %s: %d, %q; want %q", words, status, out, want)
		}
	}
}
