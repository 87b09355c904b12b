package inside

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// account is a line of passwd(5).
type account struct {
	name, home string
	uid, gid   int
}

// lookUp finds the user name in the guest's /etc/passwd. Package os/user would
// bring in the C library, which an initramfs has not got.
func lookUp(name string) (account, error) {
	data, err := os.ReadFile("/etc/passwd")
	if err != nil {
		return account{}, err
	}
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) < 7 || f[0] != name {
			continue
		}
		uid, err := strconv.Atoi(f[2])
		if err != nil {
			return account{}, err
		}
		gid, err := strconv.Atoi(f[3])
		return account{name: name, home: f[5], uid: uid, gid: gid}, err
	}
	return account{}, fmt.Errorf("look up user %s: the guest has none", name)
}
