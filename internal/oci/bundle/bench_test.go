package bundle

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// BenchmarkDecode reads podman's default configuration, whose seccomp profile
// names 434 calls.
func BenchmarkDecode(b *testing.B) {
	data, err := os.ReadFile("testdata/configs/podman-default.json")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.Run("bundle", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Decode(data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding_json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := json.Unmarshal(data, new(specs.Spec)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
