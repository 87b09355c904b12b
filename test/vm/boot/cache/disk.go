package cache

import (
	"os/exec"
	"strconv"
	"strings"
)

// MakeDisk makes an ext4 image of the folder dir, with free MiB left. The file is
// sparse: it takes what the folder does. Nobody needs a journal of throw-away writes.
func MakeDisk(image, dir string, free int) error {
	out, err := output(exec.Command("du", "--summarize", "--apparent-size", "--block-size=1M", dir))
	if err != nil {
		return err
	}
	used, err := strconv.Atoi(strings.Fields(out)[0])
	if err != nil {
		return err
	}
	size := strconv.Itoa(used+used/4+16+free) + "M"
	_, err = output(exec.Command("mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-m", "0", "-d", dir, image, size))
	return err
}
