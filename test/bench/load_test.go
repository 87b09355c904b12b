package bench

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// parts are what each layer of the image has of a root.
var parts = []string{"./usr/bin ./bin ./usr/sbin ./sbin", "./usr/lib ./lib ./lib64", "./usr/share", "./etc ./var ./root ./home ./opt ./srv"}

// debian is an archive, as docker save writes it, of an image of four layers: a
// root that mmdebstrap makes.
func debian(b *testing.B, dir string) string {
	b.Helper()
	run := func(words ...string) {
		b.Helper()
		if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
			b.Skipf("there is no image to load: %v: %v: %.500s", words, err, out)
		}
	}
	run("mmdebstrap", "--quiet", "--variant=minbase", "bookworm", filepath.Join(dir, "root.tar"))
	root, out := filepath.Join(dir, "root"), filepath.Join(dir, "image")
	for _, d := range []string{root, out} {
		if err := os.Mkdir(d, 0o755); err != nil {
			b.Fatal(err)
		}
	}
	run("tar", "-C", root, "--exclude", "./dev/*", "-xf", filepath.Join(dir, "root.tar"))
	var names, ids []string
	for _, part := range parts {
		layer := filepath.Join(dir, "layer.tar")
		run("sh", "-c", `cd "$1" && tar -cf "$2" --ignore-failed-read $(for p in $3; do test -e $p && echo $p; done)`, "sh", root, layer, part)
		id := sumOf(b, layer)
		if err := os.Rename(layer, filepath.Join(out, id+".tar")); err != nil {
			b.Fatal(err)
		}
		names, ids = append(names, id+".tar"), append(ids, "sha256:"+id)
	}
	write := func(name string, v any) {
		text, err := json.Marshal(v)
		if err == nil {
			err = os.WriteFile(filepath.Join(out, name), text, 0o644)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	write("config.json", map[string]any{"architecture": "amd64", "os": "linux", "config": map[string]any{"Cmd": []string{"sh"}}, "rootfs": map[string]any{"type": "layers", "diff_ids": ids}})
	write("manifest.json", []any{map[string]any{"Config": "config.json", "RepoTags": []string{"localhost/debian:4"}, "Layers": names}})
	archive := filepath.Join(dir, "debian.tar")
	run("tar", "-C", out, "-cf", archive, ".")
	return archive
}

func sumOf(b *testing.B, path string) string {
	b.Helper()
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		b.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// BenchmarkImageLoad is load of an image of four layers, from an archive to files
// that containers can have.
func BenchmarkImageLoad(b *testing.B) {
	if !alone(b) {
		return
	}
	h := newHost(b, false)
	archive := debian(b, h.dir)
	h.must(b, storage)
	for b.Loop() {
		var ours, theirs []time.Duration
		for range 5 {
			for _, peer := range []bool{false, true} {
				words := h.words("isle", "load", "-q", "-i", archive)
				if peer {
					words = h.words("podman", "load", "-q", "-i", archive)
				}
				took, err := once(words)
				if err != nil {
					b.Skip(err)
				}
				if peer {
					theirs = append(theirs, took)
				} else {
					ours = append(ours, took)
				}
			}
			h.must(b, "isle system prune -a -f; podman rmi -a -f")
		}
		isle, podman := median(ours), median(theirs)
		b.ReportMetric(float64(isle)/float64(podman), "ratio")
		b.ReportMetric(float64(isle.Milliseconds()), "isle-ms")
		b.ReportMetric(float64(podman.Milliseconds()), "podman-ms")
		b.ReportMetric(0, "ns/op")
	}
}
