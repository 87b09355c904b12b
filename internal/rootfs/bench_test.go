package rootfs

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkUnpack unpacks an archive of 100,000 small files with isle and with
// the system's tar, in turn.
func BenchmarkUnpack(b *testing.B) {
	archive := bulk(b, 100_000)
	var ours, theirs time.Duration
	for b.Loop() {
		area := scratch(b)
		start := time.Now()
		if _, err := UnpackTo(ctx, bytes.NewReader(archive), filepath.Join(area, "root"), Options{}); err != nil {
			b.Fatal(err)
		}
		ours += time.Since(start)

		theirRoot := scratch(b)
		tar := exec.Command("tar", "xpf", "-", "-C", theirRoot)
		tar.Stdin = bytes.NewReader(archive)
		start = time.Now()
		if out, err := tar.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		theirs += time.Since(start)
		for _, dir := range []string{area, theirRoot} { // not to fill the disk until the end
			if err := Remove(dir); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(ours.Seconds()/float64(b.N), "isle-s")
	b.ReportMetric(theirs.Seconds()/float64(b.N), "tar-s")
	b.ReportMetric(ours.Seconds()/theirs.Seconds(), "isle/tar")
}
