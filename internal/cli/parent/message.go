package parent

import (
	"errors"
	"fmt"
	"os"

	"isle/internal/getopt"
	"isle/sandbox"
)

// Codes are a command's exit statuses for what is not the program's own doing,
// beside 126 and 127 for a program that could not be executed.
type Codes struct {
	Failed int // isle or a step failed
}

// Classic are the codes of unshare and nsenter, Engine those of container engines.
var (
	Classic = Codes{1}
	Engine  = Codes{125}
)

// Report writes what failed, and for a step why and what helps, to standard
// error, and returns the exit status.
func (c Codes) Report(prog string, err error) int {
	getopt.Fail(prog, err, os.Stderr)
	var explained interface{ Explain() []string }
	if errors.As(err, &explained) {
		for _, line := range explained.Explain() {
			fmt.Fprintln(os.Stderr, line)
		}
	}
	var step *sandbox.StepError
	if errors.As(err, &step) && step.Exec {
		return step.Status()
	}
	return c.Failed
}
