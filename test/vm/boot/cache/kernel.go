package cache

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// UML names the kernel that is User-mode Linux.
const UML = "uml"

// kernels are those that qemu can boot: Debian's builds for virtual machines,
// whose modules are few, by the name of a package that brings one.
var kernels = []struct{ name, pkg, several string }{
	{"6.1", "linux-image-cloud-amd64/bookworm", ""},
	{"6.12", "linux-image-cloud-amd64/trixie", ""},
	// It can panic when it compares the emulated clocks of two processors.
	{"newest", "linux-image-cloud-amd64", "tsc=unstable"},
}

// early are the modules without which such a kernel finds neither disk nor shares.
var early = []string{"virtio_pci", "virtio_blk", "virtiofs"}

// A Kernel is one that was fetched.
type Kernel struct {
	Release string
	Image   string   // what qemu boots
	Modules string   // ext4 image for /lib/modules/RELEASE
	Early   []string // modules to load first, in order
	Root    string   // folder with User-mode Linux and its C library, or empty
	Several string   // words for the command line that it needs with several processors
}

// KernelNames lists the kernels that can be asked for.
func KernelNames() []string {
	names := []string{UML}
	for _, k := range kernels {
		names = append(names, k.name)
	}
	return names
}

// Kernel returns the kernel name.
func (f *Folder) Kernel(name string) (Kernel, error) {
	if name == UML {
		return f.uml()
	}
	for _, k := range kernels {
		if k.name == name {
			dir, err := f.part("kernel-"+name, k.pkg, func(dir string) error { return f.fetchKernel(dir, k.pkg) })
			if err != nil {
				return Kernel{}, err
			}
			return readKernel(dir, k.several)
		}
	}
	return Kernel{}, fmt.Errorf("there is no kernel %q; there are %v", name, KernelNames())
}

// readKernel says what is in the folder of a kernel.
func readKernel(dir, several string) (Kernel, error) {
	release, err := os.ReadFile(filepath.Join(dir, "release"))
	if err != nil {
		return Kernel{}, err
	}
	k := Kernel{Release: string(release), Image: filepath.Join(dir, "image"), Modules: filepath.Join(dir, "modules.ext4"), Several: several}
	k.Early, err = filepath.Glob(filepath.Join(dir, "early", "*.ko"))
	return k, err
}

// fetchKernel fills the folder of a kernel of qemu's.
func (f *Folder) fetchKernel(dir, pkg string) error {
	apt, err := f.apt()
	if err != nil {
		return err
	}
	names, err := apt.needed(pkg, "linux-")
	if err != nil {
		return err
	}
	unpacked := filepath.Join(dir, "unpacked")
	defer os.RemoveAll(unpacked)
	if err := apt.unpack(unpacked, names...); err != nil {
		return err
	}
	image, err := one(unpacked+"/boot/vmlinuz-*", unpacked+"/usr/lib/modules/*/vmlinuz")
	if err != nil {
		return err
	}
	if err := os.Rename(image, filepath.Join(dir, "image")); err != nil {
		return err
	}
	modules, err := one(unpacked+"/lib/modules/*", unpacked+"/usr/lib/modules/*")
	if err != nil {
		return err
	}
	return keepModules(dir, modules, early)
}

// keepModules makes of a folder /lib/modules/RELEASE what a guest needs of it, the
// early ones apart.
func keepModules(dir, modules string, early []string) error {
	release := filepath.Base(modules)
	// depmod(8) and modprobe(8) want them in this place.
	tree := filepath.Join(dir, "tree")
	defer os.RemoveAll(tree)
	if err := os.MkdirAll(filepath.Join(tree, "lib/modules"), 0o755); err != nil {
		return err
	}
	placed := filepath.Join(tree, "lib/modules", release)
	if err := os.Rename(modules, placed); err != nil {
		return err
	}
	if _, err := output(exec.Command("depmod", "--basedir", tree, release)); err != nil {
		return err
	}
	if err := keepEarly(filepath.Join(dir, "early"), tree, release, early); err != nil {
		return err
	}
	if err := MakeDisk(filepath.Join(dir, "modules.ext4"), placed, 0); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "release"), []byte(release), 0o644)
}

// keepEarly copies the early modules and what they depend on, numbered in the
// order in which they must be loaded. What the kernel has built in is left out.
func keepEarly(dir, tree, release string, early []string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, name := range early {
		out, err := output(exec.Command("modprobe", "--dirname", tree, "--set-version", release, "--show-depends", name))
		if err != nil {
			return err
		}
		for line := range strings.Lines(out) {
			file, ok := strings.CutPrefix(strings.TrimSpace(line), "insmod ")
			if !ok || seen[file] {
				continue
			}
			seen[file] = true
			base, packed := strings.CutSuffix(filepath.Base(file), ".xz")
			target := filepath.Join(dir, fmt.Sprintf("%02d-%s", len(seen), base))
			if err := copyModule(target, file, packed); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyModule copies a module, and decompresses it: finit_module(2) of old kernels
// does not.
func copyModule(target, file string, packed bool) error {
	cat := exec.Command("cat", file)
	if packed {
		cat = exec.Command("xz", "--decompress", "--stdout", file)
	}
	data, err := output(cat)
	if err != nil {
		return err
	}
	return os.WriteFile(target, []byte(data), 0o644)
}

// one returns the only file that one of the patterns matches.
func one(patterns ...string) (string, error) {
	var found []string
	for _, p := range patterns {
		files, err := filepath.Glob(p)
		if err != nil {
			return "", err
		}
		found = append(found, files...)
	}
	if len(found) != 1 {
		return "", fmt.Errorf("find one of %v: there are %d", patterns, len(found))
	}
	return found[0], nil
}
