package sandbox

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/internal/program"
	"isle/internal/why"
	"isle/ns"
)

// TestEachFact: every field of the facts is written and read.
func TestEachFact(t *testing.T) {
	var want why.Facts
	for i, v := 0, reflect.ValueOf(&want).Elem(); i < v.NumField(); i++ {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString(v.Type().Field(i).Name + "\n\x00")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Int:
			f.SetInt(int64(i + 300))
		default:
			f.SetUint(uint64(i + 1))
		}
	}
	var w reportWriter
	wrote := want
	eachFact(&wrote, func(s *string) { w.text(*s) }, func(n *uint64) { w.number(*n) })
	r := reportReader{rest: w}
	var got why.Facts
	eachFact(&got, func(s *string) { *s = r.text() }, func(n *uint64) { *n = r.number() })
	if got != want || wrote != want || r.bad || len(r.rest) > 0 {
		t.Errorf("wrote %+v, read %+v, %d bytes left", want, got, len(r.rest))
	}
}

// TestReport: each instruction of a plan is found again.
func TestReport(t *testing.T) {
	p := &plan.Plan{InPlace: true}
	p.Add(&plan.Create{Kinds: ns.SetOf(ns.UTS), InPlace: true}, &plan.Hostname{Host: "a", Domain: "b"}, &plan.Handover{},
		&plan.Exec{Program: "true", Path: []string{"/bin", "/usr/bin"}, Args: []string{"true"}})
	l := p.LowerInPlace("1", [2]int{-1, -1}, plan.Relay{})
	file, err := os.Create(filepath.Join(t.TempDir(), "report"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := writeReport(int(file.Fd()), p, l); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	for n := range l.Len() {
		text[0], text[8] = byte(n), byte(unix.EPERM)
		i := l.Instr(n)
		args, err := readReport(text)
		var e *StepError
		if !errors.As(err, &e) || !reflect.DeepEqual(args, os.Args) {
			t.Fatalf("%d: %v, %q", n, err, args)
		}
		if e.Syscall != i.Name() || i.Doing != "" && e.Doing != i.Doing || e.Errno != unix.EPERM || e.facts != p.Facts(i.Step, i.Doing) {
			t.Errorf("%d: %+v, want %s of %q", n, e, i.Name(), i.Doing)
		}
	}
	text[0] = byte(l.Len())
	if _, err := readReport(text); err != errNoReport {
		t.Errorf("an instruction that there is not: %v", err)
	}
}

// FuzzReport: whatever the file holds, it is read to its end.
func FuzzReport(f *testing.F) {
	f.Add(make([]byte, program.StatusSize))
	f.Add(append(make([]byte, program.StatusSize), 1, 1, 'a', 1, 0, 0))
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := readReport(text); err == nil {
			t.Error("no failure")
		}
	})
}
