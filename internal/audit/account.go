package audit

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"
)

// accountOf is the name of the account that a user id belongs to, empty if
// there is none (passwd(5)). It is the reader's file, which is the host's.
func accountOf(uid uint32) (string, error) {
	f, err := os.Open("/etc/passwd")
	if err != nil {
		return "", err
	}
	defer f.Close()
	return findAccount(f, uid)
}

func findAccount(r io.Reader, uid uint32) (string, error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ":")
		if len(fields) < 3 {
			continue
		}
		if n, err := strconv.ParseUint(fields[2], 10, 32); err == nil && uint32(n) == uid && fields[0] != "" {
			return strings.ToValidUTF8(fields[0], "�"), nil
		}
	}
	return "", lines.Err()
}
