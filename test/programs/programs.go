package programs

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Isle makes isle: a copy of the file that ISLE names, or one built now.
func Isle(path string) error {
	if built := os.Getenv("ISLE"); built != "" {
		return Copy(built, path)
	}
	return goTool("build", "-o", path, "isle/cmd/isle")
}

// All makes isle in a folder, with the programs that stand beside it: copies of
// those beside the file that ISLE names, or built now.
func All(dir string) error {
	built := os.Getenv("ISLE")
	if built == "" {
		return goTool("build", "-o", dir+"/", "isle/cmd/...")
	}
	entries, err := os.ReadDir(filepath.Dir(built))
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "isle") && e.Type().IsRegular() {
			err = errors.Join(err, Copy(filepath.Join(filepath.Dir(built), e.Name()), filepath.Join(dir, e.Name())))
		}
	}
	return err
}

// Self copies the test's own program, which must be static to run in an empty root.
// With the race detector it is not: then it is compiled once more without.
func Self(path string) error {
	self, err := elf.Open("/proc/self/exe")
	if err != nil {
		return err
	}
	defer self.Close()
	for _, p := range self.Progs {
		if p.Type == elf.PT_INTERP {
			return goTool("test", "-c", "-o", path, ".")
		}
	}
	return Copy("/proc/self/exe", path)
}

// Busybox copies a busybox that is static, as Debian's package busybox-static has it.
func Busybox(path string) error {
	from, err := exec.LookPath("busybox")
	if err != nil {
		from = "/bin/busybox"
	}
	return Copy(from, path)
}

// Copy copies a program; what was at the path is gone.
func Copy(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close(), os.Chmod(to, 0o755))
}

func goTool(args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", args[0], err, out)
	}
	return nil
}
