package containers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"isle/test/programs"
	"isle/test/steps"
)

// shell has isle in its path, with a store that has the image bb: busybox.
var shell steps.Shell

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "isle-containers-")
	if err != nil {
		return complain(err)
	}
	shell = steps.Shell{Dir: dir, Environment: []string{
		"PATH=" + filepath.Join(dir, "bin") + ":" + os.Getenv("PATH"), "ISLE_IMAGES=" + filepath.Join(dir, "images"),
		"ISLE_CONTAINERS=" + filepath.Join(dir, "containers"), "HOME=" + dir,
	}}
	if err := prepare(dir); err != nil {
		return complain(err)
	}
	status := m.Run()
	if err := sh("isle rm -f -a -t 0; isle volume prune -f; isle system prune -a -f"); err != nil {
		status = max(status, complain(err))
	}
	if err := os.RemoveAll(dir); err != nil {
		status = max(status, complain(err))
	}
	return status
}

// prepare makes the programs, and the image.
func prepare(dir string) error {
	root := filepath.Join(dir, "root", "bin")
	if err := errors.Join(os.MkdirAll(filepath.Join(dir, "bin"), 0o755), os.MkdirAll(root, 0o755)); err != nil {
		return err
	}
	if err := errors.Join(programs.All(filepath.Join(dir, "bin")), programs.Busybox(filepath.Join(root, "busybox"))); err != nil {
		return err
	}
	return sh(image)
}

// image makes an image of two layers' worth of things that containers are asked for.
const image = `cd root
for a in $(bin/busybox --list); do test -e bin/$a || ln -s busybox bin/$a; done
mkdir -p etc tmp root home/ann data
echo root:x:0:0:root:/root:/bin/sh >etc/passwd
echo ann:x:1000:1000:Ann:/home/ann:/bin/sh >>etc/passwd
printf 'root:x:0:\nann:x:1000:\nwheel:x:10:ann\n' >etc/group
echo from the image >data/file
printf 'no program' >etc/text
tar cf ../bb.tar --owner 0 --group 0 . && cd .. &&
isle import -q -c 'CMD ["sh"]' -c 'ENV FROM=image' -c 'WORKDIR /tmp' -c 'LABEL kind=test' bb.tar bb:1 >/dev/null`

func sh(script string) error {
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir, cmd.Env = shell.Dir, append(os.Environ(), shell.Environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, "containers:", err)
	return 1
}
