package setup

import (
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/engine/request"
	"isle/internal/image/store"
	"isle/internal/oci"
)

// ask adds a mount that was asked for. A later one on the same path is an error,
// as two are a mistake.
func (m *maker) ask(r *request.Mount) error {
	at, err := target("mount", r.Target)
	if err != nil {
		return err
	}
	if m.covered(at) {
		return fmt.Errorf("mount on %s: there is another one on that path", at)
	}
	o, err := readOptions(r)
	if err == nil {
		err = m.addMount(r, at, o)
	}
	if err != nil {
		return fmt.Errorf("mount on %s: %w", at, err)
	}
	return nil
}

func (m *maker) addMount(r *request.Mount, at string, o *options) error {
	switch r.Type {
	case "bind", "":
		return m.bind(r.Source, at, o)
	case "volume":
		return m.volume(r, at, o)
	case "tmpfs", "ramfs", "devpts":
		m.given = append(m.given, specs.Mount{Destination: at, Type: r.Type, Source: r.Type, Options: o.fresh(r)})
		return nil
	case "image":
		return m.imageMount(r, at, o)
	case "overlay":
		return m.overlay([]string{r.Source}, at, o)
	}
	return fmt.Errorf("there is no type %q: it is bind, volume, tmpfs, image, ramfs, devpts or overlay", r.Type)
}

// bind shows a file or folder of the host.
func (m *maker) bind(source, at string, o *options) error {
	if !filepath.IsAbs(source) {
		return fmt.Errorf("the host's path %q is not absolute", source)
	}
	if _, err := os.Stat(source); err != nil {
		if !o.create || !errors.Is(err, os.ErrNotExist) {
			return err
		}
		if err := os.MkdirAll(source, 0o755); err != nil {
			return err
		}
	}
	if o.overlay {
		return m.overlay([]string{source}, at, o)
	}
	if o.chown {
		m.chown(source)
	}
	m.given = append(m.given, specs.Mount{Destination: at, Type: "bind", Source: source, Options: o.bound()})
	return nil
}

// volume shows a volume, with what the image has there if it is empty.
func (m *maker) volume(r *request.Mount, at string, o *options) error {
	name := r.Source
	if name == "" {
		name = m.anonymous(at)
		m.out.Anonymous = append(m.out.Anonymous, name)
	}
	if m.Volume == nil {
		return errors.New("there are no volumes here")
	}
	dir, err := m.Volume(name)
	if err != nil {
		return err
	}
	if !o.nocopy && empty(dir) {
		m.copyUp(at, dir)
	}
	source := dir
	if r.Subpath != "" {
		if o.overlay || o.chown {
			return errors.New("a part of a volume goes with neither O nor U")
		}
		if source, err = inside(dir, r.Subpath); err != nil {
			return err
		}
		o.kernel = append(o.kernel, oci.OptionNoLinks)
	}
	return m.bind(source, at, o)
}

func (m *maker) anonymous(at string) string { return anonymous(m.req.ID, at) }

// anonymous is the name of a volume that a container alone has: the same at each
// of its starts.
func anonymous(id, at string) string {
	h := fnv.New64a()
	h.Write([]byte(at))
	sum := strconv.FormatUint(h.Sum64(), 16)
	return id[:min(48, len(id))] + strings.Repeat("0", 16-len(sum)) + sum
}

func empty(dir string) bool {
	f, err := os.Open(dir)
	if err != nil {
		return false
	}
	defer f.Close()
	names, _ := f.Readdirnames(1)
	return len(names) == 0
}

// imageVolumes are folders that the image wants kept apart from its own files.
func (m *maker) imageVolumes() error {
	for _, p := range sortedKeys(m.image().Volumes) {
		at, err := target("volume of the image", p)
		if err != nil || m.covered(at) {
			continue // as other engines, which run such images
		}
		switch m.req.ImageVolumes {
		case "", "bind", "anonymous":
			err = m.ask(&request.Mount{Type: "volume", Target: at})
		case "tmpfs":
			err = m.ask(&request.Mount{Type: "tmpfs", Target: at})
		case "ignore":
		default:
			err = fmt.Errorf("--image-volume %q: it is anonymous, tmpfs or ignore", m.req.ImageVolumes)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func sortedKeys[V any](set map[string]V) []string {
	keys := make([]string, 0, len(set))
	for k := range set {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// from adds the volumes of other containers.
func (m *maker) from() error {
	for _, word := range m.req.VolumesFrom {
		name, options, _ := strings.Cut(word, ":")
		if m.Other == nil {
			return fmt.Errorf("--volumes-from %s: there are no other containers here", name)
		}
		other, image, err := m.Other(name)
		if err != nil {
			return fmt.Errorf("--volumes-from %s: %w", name, err)
		}
		for _, r := range Volumes(other, image) {
			if at, err := target("volume", r.Target); err != nil || m.covered(at) {
				continue
			}
			if options != "" {
				r.Options = append(r.Options[:len(r.Options):len(r.Options)], strings.Split(options, ",")...)
			}
			if err := m.ask(&r); err != nil {
				return fmt.Errorf("--volumes-from %s: %w", name, err)
			}
		}
	}
	return nil
}

// Volumes are a container's volumes and binds, those of its image among them; those
// that it alone has are there by name.
func Volumes(r *request.Container, image *store.Config) []request.Mount {
	var list []request.Mount
	named := map[string]bool{}
	for _, one := range r.Mounts {
		if one.Type != "volume" && one.Type != "bind" && one.Type != "" {
			continue
		}
		if at, err := target("", one.Target); err == nil && one.Type == "volume" && one.Source == "" {
			one.Source = anonymous(r.ID, at)
		}
		named[one.Target] = true
		list = append(list, one)
	}
	if image == nil || r.ImageVolumes == "tmpfs" || r.ImageVolumes == "ignore" {
		return list
	}
	for _, p := range sortedKeys(image.Config.Volumes) {
		if at, err := target("", p); err == nil && !named[at] {
			list = append(list, request.Mount{Type: "volume", Source: anonymous(r.ID, at), Target: at})
		}
	}
	return list
}
