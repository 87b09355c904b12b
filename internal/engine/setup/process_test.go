package setup

import (
	"strings"
	"testing"

	"isle/internal/engine/request"
	"isle/internal/image/store"
)

// TestWhoAndWhere: a program's ids, folder and environment as it sees them.
func TestWhoAndWhere(t *testing.T) {
	asBoth(t, func(t *testing.T, b *bed) {
		for _, c := range []struct {
			name, script, want string
			r                  request.Container
		}{
			{"root", "id", "uid=0(root) gid=0(root) groups=0(root)", request.Container{}},
			{"by name", "id", "uid=1000(bob) gid=1000(bob) groups=10(wheel),1000(bob)", request.Container{User: "bob"}},
			{"by number", "id -u; id -g", "77\n0", request.Container{User: "77"}},
			{"with a group", "id", "uid=1000(bob) gid=10(wheel) groups=10(wheel)", request.Container{User: "bob:wheel"}},
			{"groups", "id -G", "0 5 99", request.Container{Groups: []string{"tty", "99"}}},
			{"umask", "umask", "0077", request.Container{Umask: "077"}},
			{"workdir", "pwd", "/new/deep", request.Container{Workdir: "/new/deep"}},
			{"hostname", "hostname; cat /etc/hostname", "sea\nsea", request.Container{Hostname: "sea"}},
			{"home", "echo $HOME $PATH $container", "/home/bob " + defaultPath + " isle", request.Container{User: "bob"}},
			{"env", "echo $A:$B", "1:two", request.Container{Env: []string{"A=1", "B=two"}}},
			{"pid", "echo $$", "1", request.Container{}},
			{"init", "echo $$; cat /proc/1/comm", "2\nisle-init", request.Container{Init: true}},
		} {
			if got := b.sh(c.r, c.script); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
	})
}

// TestImage: what the image says counts where nothing was asked for.
func TestImage(t *testing.T) {
	b := newBed(t, false)
	image := store.Execution{User: "bob", Env: []string{"A=image", "C=kept"}, WorkingDir: "/data", Entrypoint: []string{"sh", "-c"}, Cmd: []string{"id -un; pwd; echo $A $C"}}
	if got := b.run(request.Container{}, image); got.out != "bob\n/data\nimage kept\n" {
		t.Errorf("%+v", got)
	}
	asked := request.Container{User: "0", Env: []string{"A=asked"}, UnsetEnv: []string{"C"}, Workdir: "/", Command: []string{"id -un; pwd; echo $A $C"}}
	if got := b.run(asked, image); got.out != "root\n/\nasked\n" {
		t.Errorf("%+v", got)
	}
	none := request.Container{Entrypoint: []string{}}
	if got := b.run(none, image); got.status != 125 || !strings.Contains(got.err, "no command") {
		t.Errorf("%+v", got)
	}
}
