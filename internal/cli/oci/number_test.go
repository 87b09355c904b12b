package oci

import "testing"

func TestNumber(t *testing.T) {
	for _, text := range []string{"", "x", "1x", "-1", "4294967295", "4294967296", "0x1", " 1", "1 "} {
		if n, err := number("--user", text); err == nil {
			t.Errorf("%q is taken for user %d", text, n)
		}
	}
	if n, err := number("--user", "1"); n != 1 || err != nil {
		t.Errorf("1: %d %v", n, err)
	}
}
