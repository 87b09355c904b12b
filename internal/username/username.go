package username

import (
	"os/user"
	"strconv"
)

// Names are names by user id. Of fills it in.
type Names map[uint32]string

// Of is a user's name, or the number if there is none.
func (n Names) Of(uid uint32) string {
	name, ok := n[uid]
	if !ok {
		name = strconv.FormatUint(uint64(uid), 10)
		if u, err := user.LookupId(name); err == nil {
			name = u.Username
		}
		n[uid] = name
	}
	return name
}
