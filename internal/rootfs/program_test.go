package rootfs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"isle/internal/feature"
)

// TestProgramAlone: what decompresses is process 1 of its own PID namespace, and
// what it says last is the reason.
func TestProgramAlone(t *testing.T) {
	if err := feature.UserNamespaces.Err(); err != nil && os.Geteuid() != 0 {
		t.Skip(err)
	}
	dir := t.TempDir()
	script := "#!/bin/sh\necho before >&2\necho process $$ >&2\nexit 1\n"
	if err := os.WriteFile(filepath.Join(dir, "zstd"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	r, err := throughProgram(zstdPrograms, strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Read(make([]byte, 1)); err == nil || !strings.HasSuffix(err.Error(), ": process 1") {
		t.Errorf("got %v", err)
	}
}
