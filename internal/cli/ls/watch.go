package ls

import (
	"bytes"
	"fmt"
	"os"
	"time"

	"golang.org/x/term"
)

// busiest is the share of the time that is spent looking, at most: on a host
// that takes long to scan, it is scanned less often.
const busiest = 5

// watch prints the islands, and prints them again whenever something of what is
// shown has changed, until it is interrupted.
func (o *Options) watch() error {
	screen := term.IsTerminal(int(os.Stdout.Fd())) && !o.JSON
	for before := []byte(nil); ; {
		began := time.Now()
		l, err := o.look()
		if err != nil {
			return err
		}
		var now bytes.Buffer
		if err := l.write(&now); err != nil && before == nil {
			return err // later it only means that what was asked for is gone
		}
		took := time.Since(began)
		if before == nil || !bytes.Equal(now.Bytes(), before) {
			before = append([]byte{}, now.Bytes()...)
			if err := o.show(now.Bytes(), screen, began); err != nil {
				return err
			}
		}
		time.Sleep(max(o.Watch, busiest*took) - took)
	}
}

// show prints what has changed: over what was there before on a screen, after an
// empty line and the time elsewhere, and as a line of JSON.
func (o *Options) show(text []byte, screen bool, now time.Time) error {
	switch {
	case screen:
		text = append([]byte("\x1b[H\x1b[2J\x1b[3J"), text...)
	case !o.JSON:
		text = append([]byte("\n"+now.Format(time.TimeOnly)+"\n"), text...)
	}
	if _, err := os.Stdout.Write(text); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}
