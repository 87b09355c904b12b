package beside

import (
	"os"
	"os/exec"
	"path/filepath"
)

// places are the folders where they are, seen from that of isle: its own, as
// make build leaves them, and where make install puts them.
var places = [...]string{".", "../libexec/isle"}

// Find returns the path of a program: one beside isle, or else where programs
// are (PATH); empty if there is none.
func Find(name string) string {
	if self, err := os.Executable(); err == nil {
		for _, dir := range places {
			if path := filepath.Join(filepath.Dir(self), dir, name); executable(path) {
				return path
			}
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
