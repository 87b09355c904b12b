package golden

import (
	"os"
	"testing"
)

// Check compares with a file; UPDATE_GOLDEN=1 writes it.
func Check(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what it was (UPDATE_GOLDEN=1 writes it):\n%s", file, got)
	}
}
