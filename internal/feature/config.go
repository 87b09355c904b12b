package feature

import (
	"bufio"
	"compress/gzip"
	"io"
	"os"
	"strings"
)

// builtWithout says whether the kernel's configuration was found and does not
// have the option ("CONFIG_NET_NS"), built in or as a module.
func builtWithout(option string) bool {
	if f, err := os.Open("/proc/config.gz"); err == nil {
		defer f.Close()
		if plain, err := gzip.NewReader(f); err == nil {
			return lacks(plain, option)
		}
	}
	f, err := os.Open("/boot/config-" + Release())
	if err != nil {
		return false
	}
	defer f.Close()
	return lacks(f, option)
}

// lacks says whether a kernel configuration was read to its end without option=y or =m.
func lacks(config io.Reader, option string) bool {
	lines := bufio.NewScanner(config)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), option+"="); ok {
			return value != "y" && value != "m"
		}
	}
	return lines.Err() == nil
}
