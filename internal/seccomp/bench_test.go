package seccomp

import "testing"

func host(capabilities ...string) Host {
	return Host{Arch: AMD64, Capabilities: capabilities, Kernel: [2]uint64{6, 18}}
}

func BenchmarkDefault(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(Default(host()), AMD64); err != nil {
			b.Fatal(err)
		}
	}
}
