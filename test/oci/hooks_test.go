package oci_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// hookKinds are the kinds of hooks in the order in which they are run, with the
// status that the state on their standard input has.
var hookKinds = []struct {
	kind    string
	status  specs.ContainerState
	outside bool // in the runtime's namespaces
}{
	{"prestart", specs.StateCreated, true}, // deprecated; engines expect "created"
	{"createRuntime", specs.StateCreating, true},
	{"createContainer", specs.StateCreating, false},
	{"startContainer", specs.StateCreated, false},
	{"poststart", specs.StateRunning, true},
	{"poststop", specs.StateStopped, true},
}

// addHook adds a hook of a kind by its name in the configuration.
func addHook(h *specs.Hooks, kind string, hook ...specs.Hook) {
	//lint:ignore SA1019 prestart is deprecated, and a kind still
	lists := map[string]*[]specs.Hook{"prestart": &h.Prestart, "createRuntime": &h.CreateRuntime, "createContainer": &h.CreateContainer,
		"startContainer": &h.StartContainer, "poststart": &h.Poststart, "poststop": &h.Poststop}
	*lists[kind] = append(*lists[kind], hook...)
}

func hooksOf(kind string, hook ...specs.Hook) *specs.Hooks {
	h := &specs.Hooks{}
	addHook(h, kind, hook...)
	return h
}

// shellHook is a hook that is lines of shell. $0 is its kind.
func shellHook(kind, lines string) specs.Hook {
	return specs.Hook{Path: "/bin/sh", Args: []string{"sh", "-c", lines, kind}, Env: []string{"PATH=/usr/bin:/bin"}}
}

// hooked is a bundle whose hooks write into a directory, which is out outside
// and /mnt inside.
func hooked(t *testing.T, lines string, change func(s *specs.Spec)) (b *bundle, out string) {
	t.Helper()
	b = newBundle(t, func(s *specs.Spec) { s.Process.Args = []string{"sleep", "1000"} })
	out = filepath.Join(filepath.Dir(b.dir), "out")
	must(t, os.Mkdir(out, 0o755))
	b.change(func(s *specs.Spec) {
		s.Hooks = &specs.Hooks{}
		s.Mounts = append(s.Mounts, bind(out, "/mnt"))
		for _, k := range hookKinds {
			dir := out
			if k.kind == "startContainer" {
				dir = "/mnt"
			}
			addHook(s.Hooks, k.kind, shellHook(k.kind, "cd "+dir+"; "+lines))
		}
		if change != nil {
			change(s)
		}
	})
	return b, out
}

// seen is what a hook wrote into a file.
func seen(t *testing.T, out, kind, what string) string {
	t.Helper()
	return strings.TrimSpace(string(readFile(t, filepath.Join(out, kind+"."+what))))
}

func orderOf(out string) string {
	text, _ := os.ReadFile(filepath.Join(out, "order"))
	return strings.Join(strings.Fields(string(text)), " ")
}

// TestHooks looks at the order of hooks, their namespaces, and what they read.
func TestHooks(t *testing.T) {
	t.Parallel()
	const tell = `echo $0 >>order; cat >$0.state; for n in mnt pid net uts ipc; do readlink /proc/self/ns/$n; done >$0.ns`
	for _, verbs := range []string{"create;start", "run --detach"} {
		b, out := hooked(t, tell, func(s *specs.Spec) { s.Annotations = map[string]string{"org.example": "value"} })
		b.prepared(verbs)
		pid, want := b.state().Pid, ""
		inside, outside := "", ""
		for _, n := range []string{"mnt", "pid", "net", "uts", "ipc"} {
			inside += namespaceOf(t, pid, n) + "\n"
			outside += namespaceOf(t, os.Getpid(), n) + "\n"
		}
		b.good("delete", "--force", b.id)
		for _, k := range hookKinds {
			want += k.kind + " "
			var s specs.State
			must(t, json.Unmarshal([]byte(seen(t, out, k.kind, "state")), &s))
			same(t, k.kind+": status", s.Status, k.status)
			same(t, k.kind+": id", s.ID, b.id)
			same(t, k.kind+": bundle", s.Bundle, b.dir)
			same(t, k.kind+": version", s.Version, b.spec.Version)
			same(t, k.kind+": annotation", s.Annotations["org.example"], "value")
			same(t, k.kind+": pid", s.Pid, map[bool]int{false: pid}[k.kind == "poststop"])
			same(t, k.kind+": namespaces", seen(t, out, k.kind, "ns")+"\n", map[bool]string{true: outside, false: inside}[k.outside])
		}
		same(t, "order", orderOf(out)+" ", want)
	}
}

// TestHookMoments looks at what there is when each kind is run: the
// container's own mounts from createContainer on, its root from startContainer on.
func TestHookMoments(t *testing.T) {
	t.Parallel()
	const tell = `echo $0 >>order; grep -c " $ROOT/proc " /proc/self/mountinfo >$0.proc; test -e /bin/probe && echo inside >$0.root || echo outside >$0.root`
	b, out := hooked(t, tell, nil)
	b.change(func(s *specs.Spec) {
		s.Hooks = &specs.Hooks{}
		for _, k := range hookKinds {
			dir := out
			if k.kind == "startContainer" {
				dir = "/mnt"
			}
			addHook(s.Hooks, k.kind, shellHook(k.kind, "cd "+dir+"; ROOT="+b.rootfs()+"; "+tell))
		}
	})
	b.good("create", b.id)
	same(t, "at create", orderOf(out), "prestart createRuntime createContainer")
	b.good("start", b.id)
	same(t, "at start", orderOf(out), "prestart createRuntime createContainer startContainer poststart")
	b.good("kill", b.id, "KILL")
	b.awaitStatus(specs.StateStopped)
	same(t, "when it has ended", orderOf(out), "prestart createRuntime createContainer startContainer poststart")
	b.good("delete", b.id)
	same(t, "at delete", orderOf(out), "prestart createRuntime createContainer startContainer poststart poststop")
	same(t, "mounts at createContainer", seen(t, out, "createContainer", "proc"), "1")
	same(t, "mounts outside", seen(t, out, "poststart", "proc"), "0")
	for _, k := range hookKinds {
		same(t, k.kind+": root", seen(t, out, k.kind, "root"), map[bool]string{true: "inside", false: "outside"}[k.kind == "startContainer"])
	}
}

// TestHookProcess looks at the process that a hook is.
func TestHookProcess(t *testing.T) {
	t.Parallel()
	b, out := hooked(t, "true", nil)
	b.change(func(s *specs.Spec) {
		s.Hooks = &specs.Hooks{}
		for _, k := range hookKinds {
			dir := out
			if k.kind == "startContainer" {
				dir = "/mnt"
			}
			file := fmt.Sprintf("%s/%s", dir, k.kind)
			addHook(s.Hooks, k.kind,
				specs.Hook{Path: "/bin/sh", Args: []string{"sh", "-c", "cat /proc/self/environ >" + file + ".env; echo $1 >" + file + ".args; ls -l /proc/self/fd >" + file + ".fds", "zero", "one"},
					Env: []string{"PATH=/usr/bin:/bin", "A=b c"}},
				shellHook(k.kind, "echo $0 second >>"+file+".second"))
		}
	})
	cmd := b.command("run", "--detach", b.id)
	cmd.Env = append(os.Environ(), "NOT_FOR_HOOKS=x")
	same(t, "run", finish(t, cmd), result{})
	b.good("delete", "--force", b.id)
	for _, k := range hookKinds {
		env := seen(t, out, k.kind, "env")
		has(t, env, "A=b c\x00", "PATH=/usr/bin:/bin\x00")
		if strings.Contains(env, "NOT_FOR") || strings.Contains(env, "HOME") {
			t.Errorf("%s: environment %q", k.kind, env)
		}
		same(t, k.kind+": arguments", seen(t, out, k.kind, "args"), "one")
		for _, own := range []string{b.root, b.rootfs(), "/sys/fs/cgroup", "socket:", "[pidfd]"} {
			if fds := seen(t, out, k.kind, "fds"); strings.Contains(fds, own) {
				t.Errorf("%s has isle's own open: %s", k.kind, fds)
			}
		}
		if n := strings.Count(seen(t, out, k.kind, "fds"), "\n"); !k.outside && n != 4 { // 0, 1, 2, and what ls reads
			t.Errorf("%s has %d descriptors", k.kind, n)
		}
		same(t, k.kind+": second", seen(t, out, k.kind, "second"), k.kind+" second")
	}
}

// TestHookFails follows the lifecycle of the specification: only poststop may
// fail without the container's being ended. Whichever other one fails, the
// container is gone afterwards, and the poststop hooks have run after that.
func TestHookFails(t *testing.T) {
	t.Parallel()
	for _, k := range hookKinds {
		t.Run(k.kind, func(t *testing.T) {
			t.Parallel()
			b, out := hooked(t, "echo $0 >>order", func(s *specs.Spec) {
				h := &specs.Hooks{}
				addHook(h, k.kind, shellHook(k.kind, "echo why >&2; exit 3"), specs.Hook{Path: "/bin/sh", Args: []string{"sh", "-c", "echo second >>" + map[bool]string{true: "/mnt", false: "."}[k.kind == "startContainer"] + "/order"}})
				if k.kind != "poststop" {
					h.Poststop = s.Hooks.Poststop
				}
				s.Hooks = h
			})
			if k.kind != "poststop" { // they come when nothing of the container is left
				b.change(func(s *specs.Spec) {
					gone := "[ -e " + b.root + "/" + b.id + " ] && echo early >>" + out + "/order; find /sys/fs/cgroup -name " + filepath.Base(b.group) + " >>" + out + "/order"
					s.Hooks.Poststop = append(s.Hooks.Poststop, shellHook("poststop", gone))
				})
			}
			said := []string{k.kind + " hook /bin/sh", "status 3", "why"}
			switch k.kind {
			case "poststop":
				b.good("run", "--detach", b.id)
				r := b.oci("delete", "--force", b.id)
				same(t, "status", r.code, 0)
				has(t, r.err, append(said, "warning")...)
			case "startContainer", "poststart":
				b.good("create", b.id)
				b.bad(said, "start", b.id)
				same(t, "order", orderOf(out), "poststop")
				b.bad([]string{"container does not exist"}, "delete", b.id)
				b.good("delete", "--force", b.id)
			default:
				b.bad(said, "create", b.id)
				same(t, "order", orderOf(out), "poststop")
			}
			same(t, "left", fmt.Sprint(b.left()), "[]")
			if k.kind == "poststop" {
				return
			}
			b.bad(said, "run", b.id)
			same(t, "order", orderOf(out), "poststop poststop")
			same(t, "left", fmt.Sprint(b.left()), "[]")
		})
	}
}

// TestPoststopHooksGoOn has those run that follow one that failed.
func TestPoststopHooksGoOn(t *testing.T) {
	t.Parallel()
	b, out := hooked(t, "exit 1", nil)
	b.change(func(s *specs.Spec) {
		s.Process.Args = []string{"true"}
		s.Hooks = hooksOf("poststop", shellHook("one", "exit 1"), specs.Hook{Path: "/no/where"}, shellHook("three", "echo three >"+out+"/order"))
	})
	r := b.oci("run", b.id)
	same(t, "status", r.code, 0)
	same(t, "warnings", strings.Count(r.err, "poststop hook"), 2)
	same(t, "order", orderOf(out), "three")
}

func TestHookTimeout(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"createRuntime", "createContainer", "startContainer"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			hook := shellHook(kind, "sleep 1000 & sleep 1000")
			hook.Timeout = ptr(1)
			b := newBundle(t, func(s *specs.Spec) { s.Hooks = hooksOf(kind, hook) })
			began := time.Now()
			b.bad([]string{kind, "killed after 1s"}, "run", b.id)
			if took := time.Since(began); took < time.Second || took > longest {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// TestHookErrors tells what is wrong with a hook's file.
func TestHookErrors(t *testing.T) {
	t.Parallel()
	b := newBundle(t, nil)
	file := filepath.Join(b.dir, "file")
	must(t, os.WriteFile(file, []byte("#!/bin/sh\n"), 0o644))
	for _, c := range []struct{ path, says string }{{"/no/where", "no such file"}, {file, "permission denied"}, {"/", "/"}} {
		for _, k := range hookKinds {
			b.change(func(s *specs.Spec) { s.Hooks = hooksOf(k.kind, specs.Hook{Path: c.path}) })
			if k.kind == "poststop" {
				r := b.oci("run", b.id)
				same(t, "status", r.code, 0)
				has(t, r.err, "warning", "poststop hook "+c.path)
				continue
			}
			r := b.bad([]string{k.kind + " hook " + c.path}, "run", b.id)
			if k.kind != "startContainer" && !strings.Contains(strings.ToLower(r.err), c.says) && !strings.Contains(r.err, "does not exist") && !strings.Contains(r.err, "executable") {
				t.Errorf("%s hook %s: %s", k.kind, c.path, r.err)
			}
		}
	}
	// What is no absolute path is found before anything is made.
	b.change(func(s *specs.Spec) { s.Hooks = hooksOf("prestart", specs.Hook{Path: "relative"}) })
	b.bad([]string{".hooks.prestart[0].path"}, "create", b.id)
	b.change(func(s *specs.Spec) { s.Hooks = hooksOf("poststop", specs.Hook{Path: "/bin/true", Timeout: ptr(0)}) })
	b.bad([]string{".hooks.poststop[0].timeout"}, "create", b.id)
	// A path is the host's, and for startContainer the container's.
	b.change(func(s *specs.Spec) {
		s.Hooks = hooksOf("startContainer", specs.Hook{Path: "/bin/probe", Args: []string{"probe", "umask"}})
	})
	b.run()
	b.change(func(s *specs.Spec) {
		s.Hooks = hooksOf("createContainer", specs.Hook{Path: "/bin/probe", Args: []string{"probe", "umask"}})
	})
	b.bad([]string{"/bin/probe"}, "run", b.id)
}
