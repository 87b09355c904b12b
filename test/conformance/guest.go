package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// inGuest has the tests of a pattern run in a guest, which sees the folder under
// the same path, and returns what they found there. The command is what boots it,
// with the words of another command after its own.
func inGuest(command, dir, only string) (*report, error) {
	test, file := filepath.Join(dir, "conformance.test"), filepath.Join(dir, "guest.json")
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(install(test, self), os.RemoveAll(file)); err != nil {
		return nil, err
	}
	words := append(strings.Fields(command), "env", suiteVariable+"="+dir, reportVariable+"="+file,
		isleVariable+"="+filepath.Join(dir, "isle"), test, "-test.run="+only, "-test.parallel=4")
	out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("in the guest: %w\n%s", err, out)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the guest has left no report: %w\n%s", err, out)
	}
	r := &report{}
	return r, json.Unmarshal(text, r)
}

// install copies a program, to where it may be running from.
func install(to, from string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	_ = os.Remove(to)
	return os.WriteFile(to, text, 0o755)
}
