package engine

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// ErrUnknown: there is no such container.
var ErrUnknown = errors.New("no such container")

// Find returns the container that a word stands for: its name, its ID or the
// beginning of that.
func (e *Engine) Find(word string) (*Container, error) {
	id, err := e.resolve(word)
	if err != nil {
		return nil, err
	}
	c, err := e.load(e.path("containers", id))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", word, ErrUnknown)
	}
	return c, err
}

func (e *Engine) resolve(word string) (string, error) {
	if checkName(word) != nil {
		return "", fmt.Errorf("%.80q: %w", word, ErrUnknown)
	}
	if id, err := os.Readlink(e.path("names", word)); err == nil {
		return id, nil
	}
	if !isHex(word) {
		return "", fmt.Errorf("%s: %w", word, ErrUnknown)
	}
	ids, err := e.ids()
	if err != nil {
		return "", err
	}
	var found []string
	for _, id := range ids {
		if strings.HasPrefix(id, word) {
			found = append(found, id)
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("%s: %w", word, ErrUnknown)
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("%s is the beginning of the IDs of %d containers", word, len(found))
}

func isHex(s string) bool { return s != "" && strings.Trim(s, "0123456789abcdef") == "" }

func (e *Engine) ids() ([]string, error) {
	entries, err := os.ReadDir(e.path("containers"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var ids []string
	for _, d := range entries {
		if isHex(d.Name()) {
			ids = append(ids, d.Name())
		}
	}
	return ids, err
}

// List returns all containers, the newest first.
func (e *Engine) List() ([]*Container, error) {
	ids, err := e.ids()
	if err != nil {
		return nil, err
	}
	list, errs := make([]*Container, len(ids)), make([]error, len(ids))
	shared(len(ids), func(i int) {
		list[i], errs[i] = e.load(e.path("containers", ids[i]))
		if errors.Is(errs[i], os.ErrNotExist) { // removed since
			list[i], errs[i] = nil, nil
		}
	})
	list = slices.DeleteFunc(list, func(c *Container) bool { return c == nil })
	slices.SortFunc(list, func(a, b *Container) int { return b.Request.Created.Compare(a.Request.Created) })
	return list, errors.Join(errs...)
}

// checkName says why a text cannot name a container, in podman's terms.
func checkName(name string) error {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	if name == "" || len(name) > 128 || strings.Trim(name, letters+"_.-") != "" || !strings.Contains(letters, name[:1]) {
		return fmt.Errorf("invalid name %.140q: it has up to 128 letters, digits, and the signs _ . -, and begins with a letter or a digit", name)
	}
	return nil
}
