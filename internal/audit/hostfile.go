package audit

import (
	"fmt"
	"strings"

	"isle/internal/inspect"
	"isle/ns"
)

// byMode is what a writable mount counts on which the files' own modes keep the
// process from writing, at its top at least.
const byMode = 0.3

// checkHostWritable looks for host files behind mounts that may be written.
func checkHostWritable(s *subject) verdict {
	if s.Missed("mounts") || s.host.mounts == nil {
		return untold("its mounts or the host's may not be read")
	}
	var t tally
	for _, m := range s.visible() {
		path, ok := s.host.path(m)
		if !ok || isKernelType(m.Type) || superReadOnly(m) {
			continue
		}
		weight, _ := placeOf(path)
		way := named(m.Point, path)
		if f, err := s.find(m.Point); err == nil && !s.may(toWrite, &f.Stat_t) || err != nil && s.uid() != 0 {
			weight, way = weight*byMode, way+", though not its top"
		}
		t.add(weight, way)
	}
	return t.verdict("mounted writable from the host", "no file system of the host is mounted writable")
}

func named(point, path string) string {
	point, path = strings.ToValidUTF8(point, "�"), strings.ToValidUTF8(path, "�")
	if point == path {
		return point
	}
	return fmt.Sprintf("%s (%s on the host)", point, path)
}

// checkHostReadable looks for host files that can be read, through a mount of
// the same file system or as the lower layer of an overlay.
func checkHostReadable(s *subject) verdict {
	switch {
	case s.Missed("mounts") || s.host.mounts == nil:
		return untold("its mounts or the host's may not be read")
	case s.shares(ns.Mount):
		return bad(s.byOwner(1), "it is in the host's mount namespace, with all its files")
	}
	var t tally
	for _, m := range s.visible() {
		for _, path := range s.host.shown(m) {
			_, weight := placeOf(path)
			t.add(s.byOwner(weight), named(m.Point, path))
		}
	}
	return t.verdict("it can read from the host", "no file of the host can be read")
}

// byOwner weighs what only its own id on the host keeps it from reading.
func (s *subject) byOwner(weight float64) float64 {
	if s.uid() == 0 {
		return weight
	}
	return weight * 0.7
}

// shown are the paths of the host that can be read through a mount.
func (h *host) shown(m *inspect.Mount) (paths []string) {
	if isKernelType(m.Type) {
		return nil
	}
	if path, ok := h.path(m); ok {
		return []string{path}
	}
	if m.Type != "overlay" {
		return nil
	}
	for _, o := range m.Super {
		for _, prefix := range [...]string{"lowerdir=", "lowerdir+="} {
			if layers, ok := strings.CutPrefix(o, prefix); ok {
				paths = append(paths, layersOf(layers)...)
			}
		}
	}
	return paths
}
