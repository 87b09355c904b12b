package feature

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"strings"
)

// subordinate asks whether the user this process runs as has subordinate ids in
// a file, and knows the option of usermod(8) that would add them.
type subordinate struct{ file, option string }

// idRange is a line of subuid(5).
type idRange struct {
	owner        string
	first, count uint32
}

// manyIDs is how many ids images expect to be mapped.
const manyIDs = 65536

func (s subordinate) ask() (string, error) {
	ranges, err := s.read()
	if err != nil {
		return "", err
	}
	uid := strconv.Itoa(os.Getuid())
	name := ""
	if u, err := user.LookupId(uid); err == nil {
		name = u.Username
	}
	var mine []string
	for _, r := range ranges {
		if r.owner == uid || name != "" && r.owner == name {
			mine = append(mine, fmt.Sprintf("%d-%d", r.first, r.first+(r.count-1)))
		}
	}
	switch {
	case len(mine) > 0:
		return strings.Join(mine, " "), nil
	case otherSource():
		return "", errors.New("/etc/nsswitch.conf has subordinate ids come from elsewhere")
	}
	return "", no(s.file+" has no range for this user", s.add(name, uid, free(ranges))...)
}

func (s subordinate) read() ([]idRange, error) {
	f, err := os.Open(s.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	ranges, err := parseRanges(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.file, err)
	}
	return ranges, nil
}

// parseRanges reads the format of subuid(5), OWNER:FIRST:COUNT, and lets
// comments and lines of another form pass, as newuidmap does.
func parseRanges(r io.Reader) ([]idRange, error) {
	var ranges []idRange
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.Split(strings.TrimSpace(lines.Text()), ":")
		if len(fields) != 3 || fields[0] == "" || fields[0][0] == '#' {
			continue
		}
		first, err := strconv.ParseUint(fields[1], 10, 32)
		count, err2 := strconv.ParseUint(fields[2], 10, 32)
		if err != nil || err2 != nil || count == 0 || first+count-1 > 1<<32-2 {
			continue
		}
		ranges = append(ranges, idRange{fields[0], uint32(first), uint32(count)})
	}
	return ranges, lines.Err()
}

// free is the first id from 100000 on after which nobody has any, or 0 if that
// leaves too few.
func free(ranges []idRange) uint64 {
	first := uint64(100000)
	for _, r := range ranges {
		first = max(first, uint64(r.first)+uint64(r.count))
	}
	if first+manyIDs > 1<<32-1 {
		return 0
	}
	return first
}

// add is the command, if there is one, that gives the user ids from first on.
func (s subordinate) add(name, uid string, first uint64) []string {
	switch {
	case first == 0:
		return nil
	case name == "":
		return []string{fmt.Sprintf("echo %s:%d:%d >>%s", uid, first, manyIDs, s.file)}
	}
	return []string{fmt.Sprintf("usermod %s %d-%d %s", s.option, first, first+manyIDs-1, name)}
}

// otherSource says whether nsswitch.conf(5) names a source of subordinate ids
// other than the files.
func otherSource() bool {
	text, err := os.ReadFile("/etc/nsswitch.conf")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		if source, ok := strings.CutPrefix(strings.TrimSpace(line), "subid:"); ok {
			return strings.TrimSpace(source) != "files"
		}
	}
	return false
}
