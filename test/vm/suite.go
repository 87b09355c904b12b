package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"isle/test/vm/boot/cache"
	"isle/test/vm/report"
)

// suite is one run of the table.
type suite struct {
	guests   []guest
	subjects []subject // what the guests run that do not name their own
	quick    bool
	machine  []report.Test // what ran on the machine itself
	keep     string        // folder for the whole output, or empty
	built    string        // disk image of what build makes
	events   string        // the program that makes events of a test's output

	printing sync.Mutex // guards what follows, and the order of lines
	tests    []report.Test
	counts   report.Counts
}

// test runs the tests of the table.
func test(arguments []string) int {
	flags := flag.NewFlagSet("vm test", flag.ContinueOnError)
	s := &suite{subjects: subjects, built: filepath.Join(work(), "built.ext4")}
	only := flags.String("p", "", "`packages` to test instead of the table's, with commas between them")
	flags.BoolVar(&s.quick, "quick", false, "only what is quick, as CI runs it")
	jobs := flags.Int("j", min(2, runtime.NumCPU()), "`number` of guests at a time")
	flags.StringVar(&s.keep, "o", "", "`folder` for the whole output of every test")
	flags.Func("ran", "`file` with the output of go test -json on the machine, to know what ran there", s.readMachine)
	if err := flags.Parse(arguments); err != nil {
		return statusUsage
	}
	switch {
	case *only != "":
		s.subjects = named(strings.Split(*only, ","))
	case s.quick:
		s.subjects = quick(s.subjects)
	}
	if err := s.choose(flags.Args(), *only != ""); err != nil {
		say(err.Error())
		return statusUsage
	}
	start := time.Now()
	if err := s.prepare(); err != nil {
		return complain(err)
	}
	say(fmt.Sprintf("ready after %.0f s", time.Since(start).Seconds()))
	s.visitAll(*jobs)
	return s.conclude(time.Since(start))
}

// choose takes the guests that are named. Without names those with subjects of
// their own are left out where others were asked for.
func (s *suite) choose(names []string, others bool) error {
	for _, g := range guests {
		if len(names) == 0 && (g.subjects == nil || !others && !s.quick) {
			s.guests = append(s.guests, g)
		}
	}
	for _, name := range names {
		i := slices.IndexFunc(guests, func(g guest) bool { return g.name == name })
		if i < 0 {
			return fmt.Errorf("there is no guest %q in the table", name)
		}
		s.guests = append(s.guests, guests[i])
	}
	return nil
}

// of are the subjects that a guest runs.
func (s *suite) of(g guest) []subject {
	if g.subjects != nil {
		return g.subjects
	}
	return s.subjects
}

// packages are the names of all that some guest runs.
func (s *suite) packages() []string {
	var names []string
	for _, g := range s.guests {
		for _, p := range s.of(g) {
			names = append(names, p.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// parts are the names of what the guests are made of.
func (s *suite) parts() []string {
	var names []string
	for _, g := range s.guests {
		names = append(names, g.kernel, g.root)
	}
	return names
}

// readMachine reads the events of a run on the machine.
func (s *suite) readMachine(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	tests, err := report.Read(f)
	s.machine = append(s.machine, tests...)
	return err
}

// prepare fetches and builds what the guests need.
func (s *suite) prepare() error {
	if err := fetch(s.parts()); err != nil {
		return err
	}
	folder := filepath.Join(work(), "built")
	if err := build(folder, s.packages()); err != nil {
		return err
	}
	if err := cache.MakeDisk(s.built, folder, 0); err != nil {
		return err
	}
	var err error
	s.events, err = goCommand("tool", "-n", "test2json")
	return err
}

// visitAll runs the guests, some at a time.
func (s *suite) visitAll(jobs int) {
	var running sync.WaitGroup
	slots := make(chan int, max(1, jobs))
	for slot := range cap(slots) {
		slots <- slot
	}
	for _, g := range s.guests {
		slot := <-slots
		running.Go(func() {
			newVisit(s, g, slot).run()
			slots <- slot
		})
	}
	running.Wait()
}

// conclude prints what ran nowhere and the sum, and returns the exit status.
func (s *suite) conclude(took time.Duration) int {
	for _, t := range report.Nowhere(append(s.machine, s.tests...)) {
		fmt.Printf("ran nowhere: %s %s: %s\n", t.Package, t.Name, t.Reason())
	}
	fmt.Printf("%d guests, %.0f s\n%s\n", len(s.guests), took.Seconds(), s.counts)
	if s.counts.Failed > 0 {
		return 1
	}
	return 0
}
