package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"isle/test/vm/boot"
	"isle/test/vm/boot/inside"
)

//go:embed in-guest.sh
var inGuest string

const (
	// seen is where a guest sees what build made.
	seen = "/vm"
	// longest is what a guest may take for all its tests.
	longest = 30 * time.Minute
)

// visit is one guest's run of the tests.
type visit struct {
	*suite
	guest guest
	boot  boot.Guest
	left  []string // the packages that are not done yet
}

func newVisit(s *suite, g guest, slot int) *visit {
	v := &visit{suite: s, guest: g}
	line := []string{"sh", "-c", inGuest, "in-guest.sh", inside.Exchange, seen + "/tree", s.skipped(g)}
	for _, p := range s.of(g) {
		v.left = append(v.left, p.name)
		line = append(line, p.name, s.pattern(p))
	}
	v.boot = boot.Guest{
		Work: filepath.Join(work(), g.name), Memory: 1024, CPUs: 1, Slot: slot, Timeout: longest,
		User: g.user, Systemd: g.systemd, Dir: "/",
		Disks:   []boot.Disk{{Image: s.built, Guest: seen}},
		Env:     []string{"ISLE=" + seen + "/bin/isle", "PATH=" + seen + "/bin:" + inside.Path, "ISLE_ENGINES=1", "LC_ALL=C"},
		Command: line,
	}
	return v
}

// pattern is which tests of a subject run.
func (s *suite) pattern(p subject) string {
	if s.quick && p.quick != "" {
		return p.quick
	}
	return all
}

// skipped is which tests a guest leaves out.
func (s *suite) skipped(g guest) string {
	if s.quick {
		return skip(g.skip, logic)
	}
	return g.skip
}

// run boots the guest and prints a line for each package as soon as it is done.
func (v *visit) run() {
	err := equip(&v.boot, v.guest.kernel, v.guest.root)
	if err == nil {
		err = v.watch()
	}
	if len(v.left) > 0 {
		v.broken(err)
	}
	v.save("console", []byte(v.boot.Console()))
}

// watch runs the guest and collects what it leaves meanwhile.
func (v *visit) watch() error {
	var said bytes.Buffer
	ended := make(chan error, 1)
	go func() {
		_, err := v.boot.Run(context.Background(), &said)
		ended <- err
	}()
	for {
		select {
		case err := <-ended:
			v.collect()
			if said.Len() > 0 {
				err = fmt.Errorf("%w\n%s", err, &said)
			}
			return err
		case <-time.After(200 * time.Millisecond):
			v.collect()
		}
	}
}

// collect tells of the packages that are done.
func (v *visit) collect() {
	for len(v.left) > 0 {
		end, err := os.ReadFile(v.file(v.left[0], ".end"))
		var status, ms int
		if n, _ := fmt.Sscanf(string(end), "%d %d\n", &status, &ms); err != nil || n != 2 {
			return
		}
		v.done(v.left[0], status, time.Duration(ms)*time.Millisecond)
		v.left = v.left[1:]
	}
}

// file is one that in-guest.sh leaves for a package.
func (v *visit) file(pkg, ending string) string {
	return filepath.Join(v.boot.Exchange(), strings.ReplaceAll(pkg, "/", ",")+ending)
}

// save keeps output, where that is asked for.
func (v *visit) save(name string, data []byte) {
	if v.keep == "" {
		return
	}
	folder := filepath.Join(v.keep, v.guest.name)
	err := os.MkdirAll(folder, 0o755)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name), data, 0o644)
	}
	if err != nil {
		say(err.Error())
	}
}
