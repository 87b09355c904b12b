package conformance

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// deadline is for one program. The slowest waits 14 seconds with a good runtime,
// and four times that in a guest.
const deadline = 2 * time.Minute

// tries is how often a file is run whose outcome is a race.
const tries = 3

// result is how one runtime did with one file of the suite.
type result struct {
	Passed bool
	Fault  string        `json:",omitempty"` // the first thing that was wrong
	Took   time.Duration `json:"-"`
}

// judge says whether a program found nothing wrong.
func judge(o outcome) result {
	var faults, cut []string
	for _, d := range parse(o.stdout) {
		faults = append(faults, d.faults()...)
		cut = append(cut, d.cut()...)
	}
	if o.err != nil {
		faults = append(faults, strings.TrimSpace(fmt.Sprintf("%v: %s", o.err, o.stderr)))
	}
	faults = append(faults, cut...)
	r := result{Passed: len(faults) == 0, Took: o.took}
	if !r.Passed {
		r.Fault = faults[0]
	}
	return r
}

// rooms counts those made by this process, to tell their cgroups apart.
var rooms atomic.Int64

// run runs one file of the suite against a runtime, in a room. An error says
// that the room could not be made or emptied, and not that the runtime is bad.
func (s suite) run(f file, runtime string) (r result, err error) {
	r, err = s.once(f.name, runtime)
	for n := 1; n < tries && f.races != "" && !r.Passed && err == nil; n++ {
		r, err = s.once(f.name, runtime)
	}
	return r, err
}

func (s suite) once(file, runtime string) (result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	in, err := hierarchies(fmt.Sprintf("isle-conformance-%d-%d", os.Getpid(), rooms.Add(1)))
	if err != nil {
		return result{}, err
	}
	o, err := room{Program: s.program(file), Runtime: runtime, Dir: s.dir, Hierarchies: in}.run(ctx)
	return judge(o), err
}
