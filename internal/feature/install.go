package feature

import (
	"os"
	"strings"
)

// packages are the commands that install newuidmap and newgidmap, by the ids
// that distributions give themselves (os-release(5)).
var packages = [...]struct{ id, command string }{
	{"debian", "apt-get install uidmap"},
	{"ubuntu", "apt-get install uidmap"},
	{"fedora", "dnf install shadow-utils"},
	{"rhel", "dnf install shadow-utils"},
	{"alpine", "apk add shadow-uidmap"},
	{"arch", "pacman -S shadow"},
	{"suse", "zypper install shadow"},
	{"opensuse", "zypper install shadow"},
}

func install() string {
	text, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return packages[0].command
	}
	return installOn(string(text))
}

// installOn picks the command by the text of os-release.
func installOn(release string) string {
	var ids []string
	for line := range strings.Lines(release) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if key == "ID" || key == "ID_LIKE" {
			ids = append(ids, strings.Fields(strings.Trim(value, `"'`))...)
		}
	}
	for _, id := range ids {
		for _, p := range packages {
			if p.id == id {
				return p.command
			}
		}
	}
	return packages[0].command
}
