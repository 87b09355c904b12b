package setup

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"isle/internal/engine/request"
)

// BenchmarkSpec is the configuration of a usual container, at its first start and
// at another one. It is to take far less than half a millisecond.
func BenchmarkSpec(b *testing.B) {
	dir := b.TempDir()
	r := &request.Container{ID: "0123456789abcdef0123456789abcdef", Name: "usual", Command: []string{"true"}}
	layers := Layers{dir, dir, dir, dir}
	spec := func(b *testing.B, own string) {
		if _, err := Spec(&Input{Request: r, Layers: layers, Root: dir, Dir: own}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("first", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			b.StopTimer()
			own := filepath.Join(dir, strconv.Itoa(n))
			if err := os.MkdirAll(filepath.Join(own, "files"), 0o755); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			spec(b, own)
		}
	})
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			spec(b, dir)
		}
	})
}
