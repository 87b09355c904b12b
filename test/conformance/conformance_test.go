package conformance

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

func TestMain(m *testing.M) {
	if task := os.Getenv(roomVariable); task != "" {
		os.Exit(inRoom(task))
	}
	os.Exit(m.Run())
}

// TestSuite runs every file against isle and the peers that are installed, and
// fails where isle does worse, or better, than the table says.
func TestSuite(t *testing.T) {
	switch {
	case os.Getenv(suiteVariable) == "":
		t.Skip("takes a minute and Go's module proxy: `make conformance` runs it")
	case os.Geteuid() != 0:
		t.Skip("only root makes the rooms that the suite runs in")
	}
	dir, err := filepath.Abs(os.Getenv(suiteVariable))
	if err != nil {
		t.Fatal(err)
	}
	s, err := buildSuite(filepath.Join(dir, suiteVersion))
	if errors.Is(err, errNoRootfs) {
		t.Skip(err)
	}
	if err = errors.Join(err, s.check()); err != nil {
		t.Fatal(err)
	}
	here := measure(t, s, runtimeOf(t, dir))
	reports := []*report{here}
	if guest := os.Getenv(guestVariable); guest != "" {
		there, err := inGuest(guest, dir, flag.Lookup("test.run").Value.String())
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, there)
	}
	file := os.Getenv(pageVariable)
	if file == "" || t.Failed() {
		return
	}
	text, err := page(reports)
	if err = errors.Join(err, os.WriteFile(file, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// measure runs the suite against the runtimes, as subtests.
func measure(t *testing.T, s suite, isle string) *report {
	m, err := look()
	if err != nil {
		t.Fatal(err)
	}
	runtimes, err := contenders(isle)
	if err != nil {
		t.Fatal(err)
	}
	r := &report{Machine: m, Runtimes: runtimes}
	for _, c := range runtimes {
		t.Run(c.Name, func(t *testing.T) { c.hold(t, s, r) })
		if len(c.Results) > 0 {
			t.Logf("%s %s passes %d of %d files, cgroup %s", c.Name, c.Version, c.passed(), len(c.Results), m.Cgroup)
		}
	}
	if file := os.Getenv(reportVariable); file != "" {
		text, err := json.Marshal(r)
		if err = errors.Join(err, os.WriteFile(file, text, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// hold runs the files against one runtime. Those that race come first, alone.
func (c *contender) hold(t *testing.T, s suite, r *report) {
	var lock sync.Mutex
	for _, f := range files {
		t.Run(f.name, func(t *testing.T) {
			if f.races == "" {
				t.Parallel()
			}
			result, err := s.run(f, c.Command)
			if err != nil {
				t.Fatal(err)
			}
			lock.Lock()
			c.Results[f.name] = result
			lock.Unlock()
			if c == r.Runtimes[0] {
				r.Machine.expect(t, f, result)
			} else if !result.Passed {
				t.Skip(result.Fault)
			}
		})
	}
}

// expect holds isle's result against the table.
func (m machine) expect(t *testing.T, f file, r result) {
	why, known := m.excuse(f)
	switch {
	case r.Passed && known:
		t.Errorf("isle passes. The table says that it cannot: %s", why)
	case !r.Passed && why == "":
		t.Error(r.Fault)
	case !r.Passed:
		t.Skip(why)
	}
}

// runtimeOf puts isle into the folder, under the name by which it is a runtime,
// and builds it before if that was not done.
func runtimeOf(t *testing.T, dir string) string {
	t.Helper()
	program, link := filepath.Join(dir, "isle"), filepath.Join(dir, "isle-oci")
	var err error
	if built := os.Getenv(isleVariable); built == "" {
		cmd := exec.Command("go", "build", "-o", program, "isle/cmd/isle")
		cmd.Env, cmd.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
		err = cmd.Run()
	} else if built != program {
		err = install(program, built)
	}
	_ = os.Remove(link) // of a run before
	if err = errors.Join(err, os.Symlink("isle", link)); err != nil {
		t.Fatal(err)
	}
	return link
}
