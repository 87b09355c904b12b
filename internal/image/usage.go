package image

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Usage is what the store takes on disk.
type Usage struct {
	Images, Pinned           int   // how many images, and how many somebody needs
	Content, PinnedContent   int64 // bytes of manifests, configurations, and layers as they came
	Layers, PinnedLayers     int   // how many layers are unpacked
	Unpacked, PinnedUnpacked int64 // bytes of disk that they take
}

// Usage looks at all of the store.
func (l *Library) Usage() (u Usage, err error) {
	list, err := l.Images()
	if err != nil {
		return u, err
	}
	pins, err := l.Pins()
	if err != nil {
		return u, err
	}
	pinned := map[string]bool{}
	for _, digest := range pins {
		pinned[digest] = true
	}
	blobs, layers := map[string]bool{}, map[string]bool{} // whether somebody needs them
	u.Images = len(list)
	for _, i := range list {
		if pinned[i.Digest] {
			u.Pinned++
		}
		for _, d := range append(i.Manifest.Layers, i.Descriptor, i.Manifest.Config) {
			blobs[d.Digest] = blobs[d.Digest] || pinned[i.Digest]
		}
		keys, err := l.LayerKeys(i.Digest)
		if err != nil {
			return u, err
		}
		for _, key := range keys {
			layers[key] = layers[key] || pinned[i.Digest]
		}
	}
	for digest, needed := range blobs {
		if info, err := os.Stat(l.Blob(digest)); err == nil {
			u.Content += info.Size()
			if needed {
				u.PinnedContent += info.Size()
			}
		}
	}
	for key, needed := range layers {
		n := diskUsage(l.Path("layers", key))
		u.Layers, u.Unpacked = u.Layers+1, u.Unpacked+n
		if needed {
			u.PinnedLayers, u.PinnedUnpacked = u.PinnedLayers+1, u.PinnedUnpacked+n
		}
	}
	return u, nil
}

// diskUsage is the disk that a tree takes, each inode once. What is removed
// while it is looked at counts for nothing.
func diskUsage(dir string) (bytes int64) {
	seen := map[uint64]bool{}
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return nil
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok && !seen[st.Ino] {
			seen[st.Ino] = true
			bytes += st.Blocks * 512
		}
		return nil
	})
	return bytes
}
