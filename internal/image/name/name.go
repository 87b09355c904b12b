package name

import (
	"errors"
	"fmt"
	"strings"
)

// Name is a name in its parts. Registry and Tag may be empty: then whoever uses
// the name says what that means.
type Name struct {
	Registry string // host[:port]; empty for a short name
	Path     string // the repository in the registry
	Tag      string
	Digest   string // sha256:HEX, or empty
}

// Hub is the registry that docker takes if a name has none. Its repositories of
// one word are in the folder library.
const Hub = "docker.io"

// Latest is the tag of a name that has neither tag nor digest.
const Latest = "latest"

// Local is the registry of images that came from none.
const Local = "localhost"

// Parse takes a name apart. The error says what is wrong with it.
func Parse(s string) (Name, error) {
	n, err := parse(s)
	if err != nil {
		return Name{}, fmt.Errorf("image name '%s': %w", s, err)
	}
	return n, nil
}

func parse(s string) (n Name, err error) {
	rest, digest, found := strings.Cut(s, "@")
	if found {
		if err := CheckDigest(digest); err != nil {
			return n, err
		}
		n.Digest = digest
	}
	if i := strings.LastIndexByte(rest, ':'); i > strings.LastIndexByte(rest, '/') {
		if n.Tag, rest = rest[i+1:], rest[:i]; !validTag(n.Tag) {
			return n, errors.New("a tag is up to 128 letters, digits, and . _ - but for the first")
		}
	}
	if host, path, found := strings.Cut(rest, "/"); found && isHost(host) {
		if !validHost(host) {
			return n, errors.New("no host, or HOST:PORT, before the first slash")
		}
		n.Registry, rest = host, path
	}
	if n.Registry == "index."+Hub {
		n.Registry = Hub
	}
	n.Path = rest
	return n, checkPath(rest)
}

// isHost: the first part is a host if it could not be a folder of the hub.
func isHost(s string) bool {
	return strings.ContainsAny(s, ".:") || s == Local || s != strings.ToLower(s)
}

func validHost(s string) bool {
	host, port, found := strings.Cut(s, ":")
	if strings.HasPrefix(s, "[") {
		var ok bool
		if host, port, ok = strings.Cut(s[1:], "]"); !ok || strings.Trim(host, "0123456789abcdefABCDEF:.") != "" {
			return false
		}
		port, found = strings.CutPrefix(port, ":")
		host = "v6"
	}
	if found && (port == "" || strings.Trim(port, "0123456789") != "") {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || strings.Trim(label, "-") != label {
			return false
		}
	}
	return len(s) <= 255 && !strings.ContainsFunc(host, func(r rune) bool { return !isWord(r) && r != '.' && r != '-' })
}

func isLower(r rune) bool { return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' }
func isWord(r rune) bool  { return isLower(r) || 'A' <= r && r <= 'Z' || r == '_' }

func validTag(s string) bool {
	return s != "" && len(s) <= 128 && isWord(rune(s[0])) && !strings.ContainsFunc(s, func(r rune) bool {
		return !isWord(r) && r != '.' && r != '-'
	})
}

// checkPath: words of small letters and digits, joined by . _ __ or dashes.
func checkPath(path string) error {
	if len(path) > 255 {
		return errors.New("it is longer than 255 characters")
	}
	for part := range strings.SplitSeq(path, "/") {
		inner := strings.Trim(part, "._-")
		switch {
		case part == "":
			return errors.New("it has an empty part")
		case part != strings.ToLower(part):
			return errors.New("the repository must be in small letters")
		case inner != part, strings.ContainsFunc(part, func(r rune) bool { return !isLower(r) && !strings.ContainsRune("._-", r) }), !joined(part):
			return fmt.Errorf("'%s' is not small letters and digits joined by . _ __ or dashes", part)
		}
	}
	return nil
}

func joined(part string) bool {
	for s := range strings.FieldsFuncSeq(part, isLower) {
		if s != "." && s != "_" && s != "__" && strings.Trim(s, "-") != "" {
			return false
		}
	}
	return true
}

// CheckDigest wants sha256: and 64 small hexadecimal digits.
func CheckDigest(s string) error {
	hex, ok := strings.CutPrefix(s, "sha256:")
	if !ok || !IsHex(hex, 64, 64) {
		return fmt.Errorf("'%.80s' is no digest: that is sha256: and 64 hexadecimal digits", s)
	}
	return nil
}

// IsHex says whether s is of least to most small hexadecimal digits.
func IsHex(s string, least, most int) bool {
	return len(s) >= least && len(s) <= most && strings.Trim(s, "0123456789abcdef") == ""
}

// In returns the name in a registry, if it has none of its own.
func (n Name) In(registry string) Name {
	if n.Registry == "" {
		n.Registry = registry
	}
	if n.Registry == Hub && !strings.Contains(n.Path, "/") {
		n.Path = "library/" + n.Path
	}
	return n
}

// Tagged returns the name with the tag latest, if it has neither tag nor digest.
func (n Name) Tagged() Name {
	if n.Tag == "" && n.Digest == "" {
		n.Tag = Latest
	}
	return n
}

// Repository is the name without tag and digest.
func (n Name) Repository() string {
	if n.Registry == "" {
		return n.Path
	}
	return n.Registry + "/" + n.Path
}

// String returns the name as Parse reads it.
func (n Name) String() string {
	s := n.Repository()
	if n.Tag != "" {
		s += ":" + n.Tag
	}
	if n.Digest != "" {
		s += "@" + n.Digest
	}
	return s
}
