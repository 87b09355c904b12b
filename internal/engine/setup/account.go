package setup

import (
	"fmt"
	"io"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/idmap"
	"isle/internal/username"
)

// accounts gives the program's user and group a line in the container's files of
// them, if the image has those files and does not know the ids: many programs ask
// who they are.
func (m *maker) accounts() ([]specs.Mount, error) {
	u := m.user
	if u.UID == 0 {
		return nil, nil
	}
	name := number(u.UID)
	if m.ids.keep && u.UID == m.ids.uid {
		if own := (username.Names{}).Of(idmap.Local().EUID); own != "" {
			name = own
		}
	}
	var list []specs.Mount
	for _, f := range []struct {
		file string
		id   uint32
		line string
	}{
		{"passwd", u.UID, fmt.Sprintf("%s:*:%d:%d:container user:%s:/bin/sh\n", name, u.UID, u.GID, m.plainHome())},
		{"group", u.GID, fmt.Sprintf("%s:x:%d:\n", name, u.GID)},
	} {
		at := "/etc/" + f.file
		text, err := m.readImage(at)
		if err != nil || text == "" || m.covered(at) || hasID(text, f.id) {
			continue
		}
		if !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		if err := m.write(f.file, text+f.line); err != nil {
			return nil, err
		}
		list = append(list, m.made(at, f.file))
	}
	return list, nil
}

// plainHome is the user's home as a field of a line.
func (m *maker) plainHome() string {
	if strings.ContainsAny(m.user.Home, ":\n") {
		return "/"
	}
	return m.user.Home
}

// readImage reads a small file of the container's root.
func (m *maker) readImage(name string) (string, error) {
	f, err := m.Layers.Open(name)
	if err != nil || f == nil {
		return "", err
	}
	defer f.Close()
	const most = 1 << 20
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && len(text) > most {
		err = fmt.Errorf("%s of the image is longer than %d bytes", name, most)
	}
	return string(text), err
}

// hasID says whether a file of users or groups has a line for an id.
func hasID(text string, id uint32) bool {
	for line := range strings.Lines(text) {
		if f := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 4); len(f) > 2 && f[2] == number(id) {
			return true
		}
	}
	return false
}
