package seccomp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	moby "github.com/moby/profiles/seccomp"
	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// maxProfile bounds the size of a profile: docker's own has 17 kB.
const maxProfile = 1 << 20

// document is a profile in JSON: of OCI, of docker, which adds architectures by
// machine and rules by host, or of podman, which adds errnos by name.
type document struct {
	specs.LinuxSeccomp
	DefaultErrno string              `json:"defaultErrno,omitempty"`
	ArchMap      []moby.Architecture `json:"archMap,omitempty"`
	Syscalls     []*call             `json:"syscalls"`
}

type call struct {
	moby.Syscall
	// Name is the old form of names. It stands here too because moby's own field
	// is marked deprecated, which the profiles that use it are not.
	Name  string `json:"name,omitempty"`
	Errno string `json:"errno,omitempty"`
}

// Default returns the profile that docker gives containers with the host's
// capabilities.
func Default(h Host) *specs.LinuxSeccomp {
	p := moby.DefaultProfile()
	out := p.LinuxSeccomp
	out.Architectures = h.architectures(p.ArchMap)
	out.Syscalls = make([]specs.LinuxSyscall, 0, len(p.Syscalls))
	for _, s := range p.Syscalls {
		if h.meets(s.Includes, s.Excludes) {
			out.Syscalls = append(out.Syscalls, s.LinuxSyscall)
		}
	}
	return &out
}

// ParseFile reads the profile in a file. See Parse.
func ParseFile(path string, h Host) (*specs.LinuxSeccomp, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open seccomp profile: %w", err)
	}
	defer f.Close()
	p, err := Parse(f, h)
	if err != nil {
		return nil, fmt.Errorf("seccomp profile %s: %w", path, err)
	}
	return p, nil
}

// Parse reads a profile in JSON, in OCI's format or docker's or podman's, and
// returns the rules of it that apply on the host. It refuses fields that it does
// not know: a misspelt condition would otherwise make a rule wider than it was
// meant to be. What Compile would refuse, Parse may let pass.
func Parse(r io.Reader, h Host) (*specs.LinuxSeccomp, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxProfile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxProfile {
		return nil, fmt.Errorf("larger than %d bytes", maxProfile)
	}
	var doc document
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		return nil, describe(err, text)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("more follows after the profile")
	}
	return doc.resolve(h)
}

// describe adds to an error of encoding/json the line that it is about.
func describe(err error, text []byte) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	offset := int64(-1)
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	case errors.Is(err, io.EOF):
		return errors.New("empty")
	}
	if offset < 0 || offset > int64(len(text)) {
		return err
	}
	return fmt.Errorf("line %d: %w", 1+bytes.Count(text[:offset], []byte("\n")), err)
}
