package cache

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
)

// output runs a command and returns what it prints; an error has its last lines.
func output(cmd *exec.Cmd) (string, error) {
	var out, all bytes.Buffer
	cmd.Stdout = &out
	cmd.Stderr = &all
	if err := cmd.Run(); err != nil {
		lines := strings.Split(strings.TrimSpace(all.String()+out.String()), "\n")
		return "", fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, strings.Join(lines[max(0, len(lines)-5):], "\n"))
	}
	return out.String(), nil
}
