package audit

import "strings"

// layersOf takes the list of layers apart, in which a colon of a path is
// escaped (the kernel's filesystems/overlayfs.rst). Only absolute ones can be
// told; the layers of an image are not the host's own files.
func layersOf(text string) (paths []string) {
	var b strings.Builder
	flush := func() {
		if path := b.String(); strings.HasPrefix(path, "/") && !isLayer(path) {
			paths = append(paths, path)
		}
		b.Reset()
	}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case text[i] == ':':
			flush()
		default:
			b.WriteByte(text[i])
		}
	}
	flush()
	return paths
}

// isLayer says whether a directory is where engines keep the layers of images.
func isLayer(path string) bool {
	for _, part := range [...]string{"/overlay2/", "/overlay/", "/snapshots/", "/overlay-images/", "/overlay-layers/"} {
		if strings.Contains(path+"/", part) {
			return true
		}
	}
	return false
}
