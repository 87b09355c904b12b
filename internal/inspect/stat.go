package inspect

import (
	"fmt"
	"strconv"
	"strings"
)

// The fields of /proc/PID/stat behind the name, counted from 0.
const (
	statPPID  = 1
	statStart = 19
)

func (p *Process) readStat() error {
	text, err := p.read("stat")
	if err != nil {
		return err
	}
	return p.parseStat(text)
}

// parseStat reads a line whose name may hold blanks and parentheses.
func (p *Process) parseStat(text string) error {
	open, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return fmt.Errorf("stat: %q", text)
	}
	rest := strings.Fields(text[end+1:])
	if len(rest) <= statStart {
		return fmt.Errorf("stat: %q", text)
	}
	p.Comm = strings.ToValidUTF8(text[open+1:end], "�")
	var err error
	if p.PPID, err = strconv.Atoi(rest[statPPID]); err != nil {
		return fmt.Errorf("stat: %w", err)
	}
	p.Start, err = strconv.ParseUint(rest[statStart], 10, 64)
	return err
}
