package engine

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"isle/internal/engine/request"
)

// TestVolumes: a volume stays until no container has it.
func TestVolumes(t *testing.T) {
	e := newEngine(t)
	v := &Volume{Name: "www", Labels: map[string]string{"a": "b"}}
	if err := e.CreateVolume(v); err != nil {
		t.Fatal(err)
	}
	if err := e.CreateVolume(&Volume{Name: "www"}); !errors.Is(err, ErrVolumeThere) {
		t.Errorf("made twice: %v", err)
	}
	if err := e.CreateVolume(&Volume{Name: "../x"}); err == nil {
		t.Error("../x is a name")
	}
	got, err := e.Volume("ww")
	if err != nil || got.Name != "www" || got.Labels["a"] != "b" || got.Created.IsZero() {
		t.Errorf("%+v, %v", got, err)
	}
	c := create(t, e, request.Container{Name: "c", Mounts: []request.Mount{{Type: "volume", Source: "www", Target: "/v"}}})
	other := create(t, e, request.Container{Name: "d", VolumesFrom: []string{"c:ro"}})
	if err := e.RemoveVolume("www"); !errors.Is(err, ErrVolumeInUse) {
		t.Errorf("removed although a container has it: %v", err)
	}
	if users, err := e.VolumeUsers(); err != nil || len(users["www"]) != 2 {
		t.Errorf("used by %d, %v", len(users["www"]), err)
	}
	if err := errors.Join(e.Remove(other, false), e.Remove(c, false)); err != nil {
		t.Fatal(err)
	}
	if unused, err := e.UnusedVolumes(); err != nil || len(unused) != 1 {
		t.Errorf("%v, %v", unused, err)
	}
	if err := e.RemoveVolume("www"); err != nil {
		t.Error(err)
	}
	if _, err := e.Volume("www"); !errors.Is(err, ErrNoVolume) {
		t.Errorf("it is still there: %v", err)
	}
}

// TestVolumeAtOnce: a volume that many want at once is made once, and all get it.
func TestVolumeAtOnce(t *testing.T) {
	e := newEngine(t)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			dir, err := e.volume("shared")
			if err == nil {
				_, err = os.Stat(dir)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	left, err := os.ReadDir(e.path("work"))
	if list, failed := e.Volumes(); failed != nil || err != nil || len(list) != 1 || len(left) != 0 {
		t.Errorf("%d volumes, %d folders left, %v, %v", len(list), len(left), failed, err)
	}
}

// TestSecrets: a secret is kept for this user only, and found by name and ID.
func TestSecrets(t *testing.T) {
	e := newEngine(t)
	s := &Secret{Name: "key"}
	if err := e.CreateSecret(s, []byte("hush")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{e.path("secrets", "key", secretText), e.path("secrets")} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	if text, err := e.secret("key"); err != nil || string(text) != "hush" {
		t.Errorf("%q, %v", text, err)
	}
	if got, err := e.Secret(s.ID[:8]); err != nil || got.Name != "key" {
		t.Errorf("by its ID: %v, %v", got, err)
	}
	if err := e.CreateSecret(&Secret{Name: "key"}, []byte("x")); !errors.Is(err, ErrSecretThere) {
		t.Errorf("made twice: %v", err)
	}
	for _, text := range [][]byte{nil, make([]byte, MostSecret+1)} {
		if err := e.CreateSecret(&Secret{Name: "other"}, text); err == nil {
			t.Errorf("a secret of %d bytes is taken", len(text))
		}
	}
	if err := e.RemoveSecret(s); err != nil {
		t.Error(err)
	}
	if _, err := e.secret("key"); !errors.Is(err, ErrNoSecret) {
		t.Errorf("it is still there: %v", err)
	}
}

var errEnough = errors.New("enough")

// TestEvents: who follows misses nothing when a full file gives way to a new one.
func TestEvents(t *testing.T) {
	e := newEngine(t)
	if err := e.create(); err != nil {
		t.Fatal(err)
	}
	line := append(bytes.Repeat([]byte{' '}, 1<<16), '\n')
	if err := os.WriteFile(e.path("events"), bytes.Repeat(line, mostEvents/len(line)), 0o600); err != nil {
		t.Fatal(err)
	}
	const many = 400
	heard, done := []string{}, make(chan error, 1)
	begun := make(chan bool, 1)
	go func() {
		done <- e.Events(time.Time{}, time.Now().Add(20*time.Second), true, func(v *Event) error {
			if v.Name == "first" {
				select {
				case begun <- true:
				default:
				}
				return nil
			}
			if heard = append(heard, v.Name); len(heard) == many {
				return errEnough
			}
			return nil
		})
	}()
	for waiting := true; waiting; { // until it listens
		e.Emit(&Event{Type: "volume", Name: "first"})
		select {
		case <-begun:
			waiting = false
		case <-time.After(5 * time.Millisecond):
		}
	}
	var want []string
	for i := range many {
		name := fmt.Sprint(i)
		if i == many/2 {
			name += string(line[:1<<16-1])
		}
		want = append(want, name)
		e.Emit(&Event{Type: "volume", Name: name})
	}
	if err := <-done; !errors.Is(err, errEnough) || !slices.Equal(heard, want) {
		t.Errorf("%d of %d events: %v", len(heard), many, err)
	}
	if _, err := os.Stat(e.path("events.1")); err != nil {
		t.Errorf("the file did not give way: %v", err)
	}
	past := 0
	if err := e.Events(time.Unix(0, 0), time.Time{}, false, func(v *Event) error { past++; return nil }); err != nil || past <= many {
		t.Errorf("%d past events, %v", past, err)
	}
}
