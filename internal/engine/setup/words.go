package setup

import (
	"errors"
	"strconv"
)

// Words are the arguments by which another process, in a user namespace with the
// user's subordinate ids, is told to do it.
func (c Chown) Words() []string {
	return []string{"chown", number(c.UID), number(c.GID), strconv.FormatBool(c.Deep), c.Path}
}

// Words are as those of a Chown. Ids that are not the layers' own are for root alone.
func (c CopyUp) Words() []string {
	return append([]string{"copy", number(c.UID), number(c.GID), c.Path, c.To}, c.Layers...)
}

// Do does what Words say.
func Do(words []string) error {
	wrong := errors.New("not the words of a chown or a copy")
	if len(words) < 5 {
		return wrong
	}
	uid, err := strconv.ParseUint(words[1], 10, 32)
	gid, err2 := strconv.ParseUint(words[2], 10, 32)
	switch {
	case err != nil || err2 != nil:
		return wrong
	case words[0] == "chown":
		return Chown{UID: uint32(uid), GID: uint32(gid), Deep: words[3] == "true", Path: words[4]}.Do()
	case words[0] == "copy":
		return CopyUp{UID: uint32(uid), GID: uint32(gid), Path: words[3], To: words[4], Layers: words[5:]}.Do()
	}
	return wrong
}
