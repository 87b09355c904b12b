package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"isle/internal/container"
	"isle/internal/image/store"
)

// Engine is a folder of containers:
//
//	containers/ID/request.json  what it was asked to be
//	             /state.json    what became of it
//	             /upper, work   what it has written over its image's layers
//	             /rootfs        where its root is put together, in its own mount namespace
//	             /files         files that isle makes for it, such as /etc/hosts
//	             /log           what it has printed
//	             /attach        the socket of its monitor
//	names/NAME                  a symbolic link that holds the ID
//	volumes/NAME/_data          named volumes, with volume.json
//	secrets/NAME/data           secrets, with secret.json
//	events                      what has happened, a line of JSON each
//	work/                       what is being made
type Engine struct {
	dir     string
	Images  *store.Store
	Runtime container.Store // the containers' processes
}

// Where is the folder of the containers: isle in $XDG_DATA_HOME, or for user 0
// /var/lib/isle; $ISLE_CONTAINERS names another one.
func Where() (string, error) {
	if dir := os.Getenv("ISLE_CONTAINERS"); filepath.IsAbs(dir) {
		return dir, nil
	}
	if os.Geteuid() == 0 {
		return "/var/lib/isle", nil
	}
	// A relative XDG_DATA_HOME is invalid by its specification: ignored.
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "isle"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(home) {
		return "", errors.New("find the containers: neither XDG_DATA_HOME nor HOME is an absolute path")
	}
	return filepath.Join(home, ".local", "share", "isle"), nil
}

// Open opens the engine of this user. It need not be there yet.
func Open() (*Engine, error) {
	dir, err := Where()
	if err != nil {
		return nil, err
	}
	images, err := store.Open("")
	if err != nil {
		return nil, err
	}
	return &Engine{dir: dir, Images: images, Runtime: runtimeOf(dir)}, nil
}

// runtimeOf is where the processes of the containers in a folder are written
// down: beside those of isle oci, in a file system that a reboot empties.
func runtimeOf(dir string) container.Store {
	s := container.DefaultStore()
	s.Dir = filepath.Join(filepath.Dir(s.Dir), "containers")
	if own := os.Getenv("ISLE_CONTAINERS"); own != "" { // ids are unique in a folder only
		s.Dir = filepath.Join(own, "run")
	}
	return s
}

// create makes the folders, unless they are there. They are closed to others.
func (e *Engine) create() error {
	for _, d := range []string{"containers", "names", "volumes", "secrets", "work"} {
		if err := os.MkdirAll(e.path(d), 0o700); err != nil {
			return fmt.Errorf("make the store of containers: %w", err)
		}
	}
	return nil
}

// path is the path of something in the folder.
func (e *Engine) path(elements ...string) string {
	return filepath.Join(append([]string{e.dir}, elements...)...)
}

// Path is the path of something in the engine's folder.
func (e *Engine) Path(elements ...string) string { return e.path(elements...) }
