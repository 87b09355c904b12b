package cache

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	keys   = "/usr/share/keyrings/debian-archive-keyring.gpg"
	suites = "bookworm trixie trixie-backports sid"
	// Without it the kernels in backports are never the newest.
	preferences = "Package: *\nPin: release n=*-backports\nPin-Priority: 500\n"
)

// apt knows the packages of some of Debian's suites, apart from the host's own
// lists and sources. It has the host's configuration otherwise, such as a proxy.
type apt struct {
	dir    string
	common []string
}

// newAPT fetches the lists of packages into the folder dir.
func newAPT(dir string, say func(string)) (*apt, error) {
	mirror, err := mirror()
	if err != nil {
		return nil, err
	}
	if err := reach(mirror, filepath.Join(dir, "probe")); err != nil {
		return nil, err
	}
	a := &apt{dir: dir}
	var sources strings.Builder
	for suite := range strings.FieldsSeq(suites) {
		fmt.Fprintf(&sources, "%s\n", source(mirror, suite))
	}
	for _, folder := range []string{"lists/partial", "archives/partial"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			return nil, err
		}
	}
	for name, text := range map[string]string{"sources.list": sources.String(), "preferences": preferences} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	for _, option := range []string{
		"Dir::Etc::SourceList=" + dir + "/sources.list", "Dir::Etc::SourceParts=/dev/null",
		"Dir::Etc::Preferences=" + dir + "/preferences", "Dir::Etc::PreferencesParts=/dev/null",
		"Dir::State=" + dir, "Dir::State::Status=/dev/null", "Dir::Cache=" + dir,
		"APT::Architecture=amd64", "APT::Sandbox::User=root", "Acquire::Languages=none",
		"Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
		"Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false",
		"Acquire::Retries=3", "APT::Update::Error-Mode=any",
	} {
		a.common = append(a.common, "-o", option)
	}
	say("fetching the lists of packages from " + mirror)
	_, err = a.get("update")
	return a, err
}

// ErrUnreachable says that Debian's packages cannot be fetched from here.
var ErrUnreachable = errors.New("the mirror of Debian cannot be reached")

// reach fetches a small file of the mirror's as apt would, by a proxy if it has one.
func reach(mirror, file string) error {
	const helper = "/usr/lib/apt/apt-helper"
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	defer os.Remove(file)
	url := strings.TrimSuffix(mirror, "/") + "/dists/" + suite + "/Release"
	if out, err := exec.Command(helper, "-o", "Acquire::Retries=1", "-o", "APT::Sandbox::User=root", "download-file", url, file).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s: %w: %s", ErrUnreachable, url, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// source is the line of sources.list(5) for a suite.
func source(mirror, suite string) string {
	return fmt.Sprintf("deb [signed-by=%s] %s %s main", keys, mirror, suite)
}

// mirror is where the host's apt gets Debian from.
func mirror() (string, error) {
	out, err := output(exec.Command("apt-get", "indextargets", "--format", "$(ORIGIN) $(LABEL) $(REPO_URI)", "Created-By: Packages"))
	if err != nil {
		return "", fmt.Errorf("%w (guests are made of Debian's packages, and are made on Debian)", err)
	}
	for line := range strings.Lines(out) {
		if uri, ok := strings.CutPrefix(line, "Debian Debian "); ok {
			return strings.TrimSpace(uri), nil
		}
	}
	return "", errors.New("apt knows no mirror of Debian's (run: apt-get update)")
}

// get runs apt-get and returns what it prints.
func (a *apt) get(arguments ...string) (string, error) {
	return output(exec.Command("apt-get", append(append([]string{"-q"}, a.common...), arguments...)...))
}

// needed lists the packages that the package name would bring and whose names
// have the prefix, as NAME=VERSION.
func (a *apt) needed(name, prefix string) ([]string, error) {
	out, err := a.get("--simulate", "--no-install-recommends", "install", name)
	if err != nil {
		return nil, err
	}
	var found []string
	for line := range strings.Lines(out) {
		// Inst linux-image-6.1.0-50-cloud-amd64 (6.1.176-1 Debian:12.15/oldstable [amd64])
		f := strings.Fields(line)
		if len(f) > 2 && f[0] == "Inst" && strings.HasPrefix(f[1], prefix) {
			found = append(found, f[1]+"="+strings.TrimPrefix(f[2], "("))
		}
	}
	if found == nil {
		return nil, fmt.Errorf("%s needs no package %s*", name, prefix)
	}
	return found, nil
}

// unpack fetches packages and unpacks them below dir.
func (a *apt) unpack(dir string, packages ...string) error {
	fetched, err := os.MkdirTemp(a.dir, "packages")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fetched)
	cmd := exec.Command("apt-get", append(append([]string{"-q"}, a.common...), append([]string{"download"}, packages...)...)...)
	cmd.Dir = fetched
	if _, err := output(cmd); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(fetched, "*.deb"))
	if err != nil || len(files) == 0 {
		return errors.Join(err, fmt.Errorf("apt-get download left no package of %v", packages))
	}
	for _, file := range files {
		if _, err := output(exec.Command("dpkg-deb", "--extract", file, dir)); err != nil {
			return err
		}
	}
	return nil
}
