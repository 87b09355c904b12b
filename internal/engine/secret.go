package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Secret is what is known of a text that containers may read, and that is in no
// image and in nothing that is printed.
type Secret struct {
	ID      string
	Name    string
	Created time.Time
	Labels  map[string]string `json:",omitempty"`
}

// MostSecret is how long a secret may be, as for podman.
const MostSecret = 512_000

// Errors of secrets.
var (
	ErrNoSecret    = errors.New("no such secret")
	ErrSecretThere = errors.New("there is a secret of that name")
)

// The files of a secret's folder. Only the user can read them.
const (
	secretFile = "secret.json"
	secretText = "data"
)

// CreateSecret keeps a secret.
func (e *Engine) CreateSecret(s *Secret, text []byte) error {
	if err := checkName(s.Name); err != nil {
		return fmt.Errorf("secret: %w", err)
	}
	if len(text) == 0 || len(text) > MostSecret {
		return fmt.Errorf("create secret %s: it has %d bytes: a secret has 1 to %d", s.Name, len(text), MostSecret)
	}
	id, err := newID()
	if err != nil {
		return err
	}
	s.ID, s.Created = id[:25], time.Now()
	err = e.place("secrets", s.Name, func(dir string) error {
		if err := os.WriteFile(filepath.Join(dir, secretText), text, 0o600); err != nil {
			return err
		}
		return writeJSON(filepath.Join(dir, secretFile), s)
	})
	if errors.Is(err, os.ErrExist) {
		err = ErrSecretThere
	}
	if err != nil {
		return fmt.Errorf("create secret %s: %w", s.Name, err)
	}
	e.Emit(&Event{Type: "secret", Status: "create", ID: s.ID, Name: s.Name})
	return nil
}

// Secret returns the secret of a name, or whose ID begins with it.
func (e *Engine) Secret(word string) (*Secret, error) {
	all, err := e.Secrets()
	if err != nil {
		return nil, err
	}
	var found []*Secret
	for _, s := range all {
		if s.Name == word {
			return s, nil
		}
		if word != "" && strings.HasPrefix(s.ID, word) {
			found = append(found, s)
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("%.140s: %w", word, ErrNoSecret)
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("%s is the beginning of the IDs of %d secrets", word, len(found))
}

// Secrets returns all secrets by name.
func (e *Engine) Secrets() ([]*Secret, error) {
	entries, err := os.ReadDir(e.path("secrets"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var list []*Secret
	for _, d := range entries {
		s := &Secret{}
		failed := readJSON(e.path("secrets", d.Name(), secretFile), s)
		switch {
		case failed == nil:
			list = append(list, s)
		case !errors.Is(failed, os.ErrNotExist):
			err = errors.Join(err, failed)
		}
	}
	return list, err
}

// RemoveSecret removes a secret. Containers that run keep what they have read.
func (e *Engine) RemoveSecret(s *Secret) error {
	id, err := newID()
	if err != nil {
		return err
	}
	gone := e.path("work", "secret-"+id)
	if err = os.Rename(e.path("secrets", s.Name), gone); err == nil {
		err = os.RemoveAll(gone)
	}
	if err != nil {
		return fmt.Errorf("remove secret %s: %w", s.Name, err)
	}
	e.Emit(&Event{Type: "secret", Status: "remove", ID: s.ID, Name: s.Name})
	return nil
}

// secret is the content of a secret.
func (e *Engine) secret(name string) ([]byte, error) {
	s, err := e.Secret(name)
	if err != nil {
		return nil, fmt.Errorf("%w (isle secret create %s makes one)", err, name)
	}
	return os.ReadFile(e.path("secrets", s.Name, secretText))
}
