package cache

import (
	"os"
	"path/filepath"
	"strings"
)

// uml returns User-mode Linux, which is newest in Debian's unstable suite. Older
// builds die on newer hosts. It brings the C library that it was built for.
func (f *Folder) uml() (Kernel, error) {
	dir, err := f.part("kernel-"+UML, strings.Join(append(packages, configs), " "), f.fetchUML)
	if err != nil {
		return Kernel{}, err
	}
	k, err := readKernel(dir, "")
	k.Root = filepath.Join(dir, "root")
	return k, err
}

// packages are User-mode Linux and the libraries that it loads.
var packages = []string{"user-mode-linux/sid", "libc6/sid", "libgcc-s1/sid"}

// configs is the module that makes /proc/config.gz, from which isle knows what
// this kernel was built without.
const configs = "configs"

// library is where the dynamic linker of amd64 looks in every system.
const library = "/lib/x86_64-linux-gnu"

// fetchUML fills the folder of User-mode Linux. It is a program of the host's,
// and gets a root folder of its own.
func (f *Folder) fetchUML(dir string) error {
	apt, err := f.apt()
	if err != nil {
		return err
	}
	unpacked := filepath.Join(dir, "unpacked")
	defer os.RemoveAll(unpacked)
	if err := apt.unpack(unpacked, packages...); err != nil {
		return err
	}
	root := filepath.Join(dir, "root")
	for _, folder := range []string{"/lib64", library} {
		if err := os.MkdirAll(root+folder, 0o755); err != nil {
			return err
		}
	}
	for from, to := range map[string]string{
		"/usr/bin/linux.uml":                       "/linux",
		"/usr" + library + "/ld-linux-x86-64.so.2": "/lib64/ld-linux-x86-64.so.2",
		"/usr" + library + "/libc.so.6":            library + "/libc.so.6",
		"/usr" + library + "/libgcc_s.so.1":        library + "/libgcc_s.so.1",
	} {
		if err := os.Rename(unpacked+from, root+to); err != nil {
			return err
		}
	}
	modules, err := one(unpacked + "/usr/lib/uml/modules/*")
	if err != nil {
		return err
	}
	return keepModules(dir, modules, []string{configs})
}
