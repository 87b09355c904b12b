package registry

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"isle/internal/image/name"
)

// Config is what registries.conf says, of version 2.
type Config struct {
	Search     []string          `toml:"unqualified-search-registries"`
	Aliases    map[string]string `toml:"aliases"`
	Registries []Registry        `toml:"registry"`
}

// Registry is a rule for the names that begin with a prefix.
type Registry struct {
	Prefix   string   `toml:"prefix"`
	Location string   `toml:"location"`
	Insecure bool     `toml:"insecure"`
	Blocked  bool     `toml:"blocked"`
	Mirrors  []Mirror `toml:"mirror"`
	ByDigest bool     `toml:"mirror-by-digest-only"`
}

// Mirror is another place of what a registry has.
type Mirror struct {
	Location string `toml:"location"`
	Insecure bool   `toml:"insecure"`
	From     string `toml:"pull-from-mirror"`
}

// ReadConfig reads the configuration of this user: $CONTAINERS_REGISTRIES_CONF,
// or the user's own file if there is one, or the host's, and what is in the
// folders beside them. Later files add rules and replace aliases.
func ReadConfig(root bool) (*Config, error) {
	c := &Config{Aliases: map[string]string{}}
	main := "/etc/containers/registries.conf"
	folders := []string{"/usr/share/containers/registries.conf.d", "/etc/containers/registries.conf.d"}
	if own := configHome(); own != "" && !root {
		folders = append(folders, filepath.Join(own, "containers/registries.conf.d"))
		if file := filepath.Join(own, "containers/registries.conf"); exists(file) {
			main = file
		}
	}
	if file := os.Getenv("CONTAINERS_REGISTRIES_CONF"); file != "" {
		main, folders = file, nil
	}
	files := []string{main}
	for _, folder := range folders {
		found, _ := filepath.Glob(filepath.Join(folder, "*.conf")) // sorted
		files = append(files, found...)
	}
	for _, file := range files {
		if err := c.add(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
	}
	return c, nil
}

func configHome() string {
	if dir := os.Getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return dir
	}
	if home := os.Getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".config")
	}
	return ""
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// add reads one file.
func (c *Config) add(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var next Config
	if err := toml.Unmarshal(data, &next); err != nil {
		return fmt.Errorf("%s", strings.ReplaceAll(err.Error(), "\n", " "))
	}
	if next.Search != nil {
		c.Search = next.Search
	}
	for short, full := range next.Aliases {
		c.Aliases[short] = full
	}
	for _, r := range next.Registries {
		c.Registries = slices.DeleteFunc(c.Registries, func(old Registry) bool { return old.prefix() == r.prefix() })
		c.Registries = append(c.Registries, r)
	}
	return nil
}

func (r *Registry) prefix() string {
	if r.Prefix != "" {
		return r.Prefix
	}
	return r.Location
}

// Full returns the names in full that a name can mean, in the order in which
// they are tried: an alias, the registries to search, or else docker's.
func (c *Config) Full(n name.Name) ([]name.Name, error) {
	if n.Registry != "" {
		return []name.Name{n.In(n.Registry).Tagged()}, nil
	}
	if full := c.Aliases[n.Path]; full != "" {
		alias, err := name.Parse(full)
		if err != nil || alias.Registry == "" {
			return nil, fmt.Errorf("alias of %s in registries.conf: '%s' is no name with a registry", n.Path, full)
		}
		alias.Tag, alias.Digest = n.Tag, n.Digest
		return []name.Name{alias.Tagged()}, nil
	}
	search := c.Search
	if len(search) == 0 {
		search = []string{name.Hub}
	}
	var list []name.Name
	for _, registry := range search {
		list = append(list, n.In(registry).Tagged())
	}
	return list, nil
}

// Place is where something of a name may be.
type Place struct {
	Host, Path string
	Insecure   bool // HTTP, and certificates that nobody vouches for
}

// ErrBlocked: the configuration forbids the registry.
var ErrBlocked = errors.New("registries.conf blocks it")

// Places returns where the content of a name with a registry is, mirrors first.
func (c *Config) Places(n name.Name) ([]Place, error) {
	r := c.rule(n)
	if r == nil {
		return []Place{{Host: n.Registry, Path: n.Path}}, nil
	}
	if r.Blocked {
		return nil, fmt.Errorf("%s: %w", n.Repository(), ErrBlocked)
	}
	rest := n.Repository()
	if !strings.HasPrefix(r.prefix(), "*.") {
		rest = strings.TrimPrefix(rest, r.prefix())
	}
	var list []Place
	for _, m := range r.Mirrors {
		if digest := r.ByDigest || m.From == "digest-only"; digest && n.Digest == "" || m.From == "tag-only" && n.Digest != "" {
			continue
		}
		list = append(list, place(m.Location+rest, m.Insecure))
	}
	location := r.Location
	if location == "" {
		location = strings.TrimPrefix(r.prefix(), "*.")
	}
	if strings.HasPrefix(r.prefix(), "*.") && r.Location == "" {
		location = ""
	}
	return append(list, place(location+rest, r.Insecure)), nil
}

func place(at string, insecure bool) Place {
	host, path, _ := strings.Cut(at, "/")
	return Place{host, path, insecure}
}

// rule is the one with the longest prefix of a name.
func (c *Config) rule(n name.Name) (best *Registry) {
	for i := range c.Registries {
		r := &c.Registries[i]
		if matches(r.prefix(), n) && (best == nil || len(r.prefix()) > len(best.prefix())) {
			best = r
		}
	}
	return best
}

func matches(prefix string, n name.Name) bool {
	if suffix, wild := strings.CutPrefix(prefix, "*"); wild && strings.HasPrefix(suffix, ".") {
		return strings.HasSuffix(n.Registry, suffix)
	}
	rest, ok := strings.CutPrefix(n.String(), prefix)
	return ok && prefix != "" && (rest == "" || strings.ContainsRune("/:@", rune(rest[0])))
}
