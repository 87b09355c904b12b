package image

import (
	"archive/tar"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"isle/internal/image/store"
)

// TestHostile: what is not as it should be is refused with one line, and leaves
// nothing.
func TestHostile(t *testing.T) {
	good := simple(t)
	archive := good.docker(t, "x")
	changed := func(change func(*saved)) []byte {
		m := saved{Config: "config.json", RepoTags: []string{"x"}, Layers: []string{"0", "1"}}
		change(&m)
		return pack(t, file("config.json", string(good.config)), file("0", string(good.layers[0])), file("1", string(good.layers[1])),
			file("manifest.json", string(asJSON(t, []saved{m}))))
	}
	layout := func(d store.Descriptor, entries ...entry) []byte {
		return pack(t, append(entries, file("index.json", string(asJSON(t, store.Index{SchemaVersion: 2, Manifests: []store.Descriptor{d}}))))...)
	}
	of := func(layer []byte) []byte { return sampleOf(t, "amd64", pack(t, file("ok", "1")), layer).docker(t, "x") }
	manyLayers := store.Manifest{SchemaVersion: 2, Config: store.Descriptor{Digest: digestOf(good.config)}}
	for range 20_000 {
		manyLayers.Layers = append(manyLayers.Layers, store.Descriptor{Digest: digestOf(good.layers[0])})
	}
	manyData := asJSON(t, manyLayers)
	many := store.Descriptor{MediaType: store.ManifestType, Digest: digestOf(manyData), Size: int64(len(manyData))}
	wrongSize := good.descriptor()
	wrongSize.Size++
	bomb := zip(t, pack(t, file("zeros", strings.Repeat("\x00", 2<<20))))
	for name, test := range map[string]struct {
		archive []byte
		want    string
	}{
		"nothing":                 {nil, "empty"},
		"noise":                   {bytes.Repeat([]byte("noise"), 400), "not a tar archive"},
		"no image":                {pack(t, file("etc/passwd", "x")), "holds no image"},
		"cut short":               {archive[:len(archive)-4096], "cut short"},
		"cut in the middle":       {archive[:len(archive)/2/512*512+100], "cut short"},
		"twice":                   {pack(t, file("manifest.json", "[]"), file("./manifest.json", "[]")), "twice"},
		"device":                  {pack(t, entry{tar.Header{Name: "d", Typeflag: tar.TypeChar}, ""}), "neither a file nor a link"},
		"no images":               {pack(t, file("manifest.json", "[]")), "names no image"},
		"no JSON":                 {pack(t, file("manifest.json", "{")), "manifest.json"},
		"configuration missing":   {changed(func(m *saved) { m.Config = "../../etc/passwd" }), "no \"../../etc/passwd\""},
		"layer missing":           {changed(func(m *saved) { m.Layers[1] = "/etc/passwd" }), "no \"/etc/passwd\""},
		"a layer too few":         {changed(func(m *saved) { m.Layers = m.Layers[:1] }), "1 layers, its configuration 2"},
		"layers in wrong order":   {changed(func(m *saved) { m.Layers[0], m.Layers[1] = m.Layers[1], m.Layers[0] }), "digest"},
		"name":                    {changed(func(m *saved) { m.RepoTags = []string{"../x"} }), "image name"},
		"10^6 layers":             {changed(func(m *saved) { m.Layers = make([]string, 1_000_000) }), "1000000 layers"},
		"many layers":             {layout(many, append(good.blobs(), file("blobs/sha256/"+many.Digest[7:], string(manyData)))...), "20000 layers"},
		"wrong digest":            {layout(good.descriptor(), file("blobs/sha256/"+digestOf(good.manifest)[7:], "{}")), "does not have the digest"},
		"wrong size":              {layout(wrongSize, good.blobs()...), "bytes, not"},
		"content missing":         {layout(good.descriptor(), good.blobs()[:3]...), "missing"},
		"digest that is a path":   {layout(store.Descriptor{MediaType: store.ManifestType, Digest: "sha256:../../../etc/passwd"}), "no digest"},
		"layer escapes":           {of(pack(t, file("../../evil", "x"))), "out of the root"},
		"layer's link escapes":    {of(pack(t, entry{tar.Header{Name: "l", Typeflag: tar.TypeLink, Linkname: "../../etc/passwd"}, ""})), "out of the root"},
		"layer is noise":          {of([]byte("noise noise noise")), "layer"},
		"layer is a bomb":         {of(bomb), "limit"},
		"layers are one together": {sampleOf(t, "amd64", pack(t, file("a", strings.Repeat("\x00", 700<<10))), zip(t, pack(t, file("b", strings.Repeat("\x00", 700<<10))))).docker(t, "x"), "limit"},
		"archive is a bomb":       {pack(t, file("big", strings.Repeat("x", 2<<20))), "larger than the limit"},
		"links around in rings":   {pack(t, entry{tar.Header{Name: "manifest.json", Typeflag: tar.TypeSymlink, Linkname: "manifest.json"}, ""}), "no image"},
		"second image is broken":  {pack(t, append(good.blobs(), file("index.json", string(asJSON(t, store.Index{Manifests: []store.Descriptor{good.descriptor(), {MediaType: store.ManifestType, Digest: digestOf(nil)}}}))))...), "no content"},
	} {
		t.Run(name, func(t *testing.T) {
			l := library(t)
			l.Limit = 1 << 20
			if name == "many layers" || name == "10^6 layers" {
				l.Limit = 64 << 20
			}
			list, err := l.Load(ctx, bytes.NewReader(test.archive), Here())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%d images, %v", len(list), err)
			}
			if err != nil && strings.ContainsAny(err.Error(), "\n") {
				t.Errorf("more than a line: %q", err)
			}
			if found := left(t, l); found != nil {
				t.Errorf("left: %v", found)
			}
			if list, err := l.Images(); err != nil || len(list) != 0 {
				t.Errorf("%d images, %v", len(list), err)
			}
		})
	}
}

// FuzzLoad: whatever the archive, it is refused or the store is whole.
func FuzzLoad(f *testing.F) {
	s := simple(f)
	f.Add(s.docker(f, "x"))
	f.Add(zip(f, s.docker(f, "x")))
	f.Add(pack(f, append(s.blobs(), file("index.json", fmt.Sprintf(`{"manifests":[{"digest":%q,"size":%d}]}`, digestOf(s.manifest), len(s.manifest))))...))
	f.Fuzz(func(t *testing.T, archive []byte) {
		l := library(t)
		l.Limit = 1 << 20
		if _, err := l.Load(ctx, bytes.NewReader(archive), Here()); err != nil {
			if found := left(t, l); found != nil {
				t.Errorf("left: %v", found)
			}
			return
		}
		if _, err := l.Images(); err != nil {
			t.Error(err)
		}
	})
}
