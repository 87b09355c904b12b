package engine

import (
	"encoding/json"
	"os"

	"isle/internal/engine/setup"
)

// Files is what is done to files before a container starts.
type Files struct {
	Copies []setup.CopyUp
	Chowns []setup.Chown
}

// FilesCommand is the first word of isle's command line when it is to do that, as
// the root of a user namespace with the user's subordinate ids. The second is
// Files as JSON.
const FilesCommand = "container-files"

// ready does it. An ordinary user needs a user namespace for it: the files are of
// many owners.
func (f *Files) ready() error {
	if len(f.Copies)+len(f.Chowns) == 0 {
		return nil
	}
	if os.Geteuid() == 0 {
		return f.do()
	}
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return inside(FilesCommand, string(text))
}

func (f *Files) do() error {
	for _, c := range f.Copies {
		if err := c.Do(); err != nil {
			return err
		}
	}
	for _, c := range f.Chowns {
		if err := c.Do(); err != nil {
			return err
		}
	}
	return nil
}

// Ready is what FilesCommand does.
func Ready(text string) error {
	var f Files
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return err
	}
	return f.do()
}
