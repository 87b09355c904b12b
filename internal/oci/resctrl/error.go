package resctrl

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// hints are what is behind an errno.
var hints = [...]struct {
	errno unix.Errno
	text  string
}{
	{unix.ENOSPC, "the processor can tell no more groups apart: remove one that is not used"},
	{unix.EEXIST, "left by another container of this id? rmdir removes it"},
	{unix.ESRCH, "the process has ended"},
	{unix.ENOENT, "resctrl makes this file only where the processor has the feature"},
}

// failed is a step that failed, with what the file system says of it itself.
func (f FS) failed(err error, doing string) error {
	var errno unix.Errno
	if errors.As(err, &errno) {
		err = errno // without the path, which is in the words before
	}
	said := ""
	if text, err := os.ReadFile(f.Root + "/info/last_cmd_status"); err == nil {
		if said = strings.TrimSpace(string(text)); said == "ok" {
			said = ""
		}
	}
	for _, h := range hints {
		if said == "" && h.errno == errno {
			said = h.text
		}
	}
	if said != "" {
		said = " (" + said + ")"
	}
	return fmt.Errorf("%s: %w%s", doing, err, said)
}
