package caps

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Last returns the highest capability that the running kernel knows, read from
// /proc/sys/kernel/cap_last_cap (capabilities(7)).
func Last() (Cap, error) {
	const path = "/proc/sys/kernel/cap_last_cap"
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 8)
	if err != nil || n > 63 {
		return 0, fmt.Errorf("read %s: not a capability number: %q", path, text)
	}
	return Cap(n), nil
}
