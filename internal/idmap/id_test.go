package idmap

import (
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestParseID(t *testing.T) {
	for s, want := range map[string]uint32{"0": 0, "1000": 1000, "007": 7, "4294967294": 4294967294} {
		if got, err := ParseID(s); err != nil || got != want {
			t.Errorf("ParseID(%q) = %d, %v, want %d", s, got, err, want)
		}
	}
	for s, want := range map[string]error{
		"": strconv.ErrSyntax, "-1": strconv.ErrSyntax, "+1": strconv.ErrSyntax, " 1": strconv.ErrSyntax, "1 ": strconv.ErrSyntax,
		"1\n": strconv.ErrSyntax, "0x10": strconv.ErrSyntax, "1_000": strconv.ErrSyntax, "1e3": strconv.ErrSyntax, "root": strconv.ErrSyntax, "١": strconv.ErrSyntax,
		"4294967295": strconv.ErrRange, "4294967296": strconv.ErrRange, "4294967297": strconv.ErrRange,
		"18446744073709551616": strconv.ErrRange, "99999999999999999999999": strconv.ErrRange,
	} {
		got, err := ParseID(s)
		var bad *IDError
		if got != 0 || !errors.Is(err, want) || !errors.As(err, &bad) || bad.Text != s {
			t.Errorf("ParseID(%q) = %d, %v, want %v", s, got, err, want)
		}
	}
	_, err := ParseID("4294967297")
	if want := `id "4294967297" is too large: the last one is 4294967294`; err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
	_, err = ParseID("bob")
	if want := `id "bob" is not a decimal number`; err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
}

// FuzzParseID holds it to arithmetic without a limit.
func FuzzParseID(f *testing.F) {
	for _, s := range []string{"0", "4294967294", "4294967295", "4294967296", "-1", "+1", " 1", "", "00000000000000000000000001", "1_0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, ok := new(big.Int), s != "" && strings.Trim(s, "0123456789") == ""
		if ok {
			want.SetString(s, 10)
			ok = want.Cmp(big.NewInt(LastID)) <= 0
		}
		got, err := ParseID(s)
		if ok != (err == nil) || ok && uint64(got) != want.Uint64() {
			t.Errorf("ParseID(%q) = %d, %v; want %v, %v", s, got, err, want, ok)
		}
	})
}

func TestLookup(t *testing.T) {
	f := Files{
		Passwd: file(t, "root:x:0:0::/root:/bin/sh\n# bob:x:1:1\n\nshort:x\nbob:x:1000:100::/:\nbob:x:1001:100::/:\nzero:x:abc:0::/:\nbig:x:4294967296:0::/:\n"),
		Group:  file(t, "wheel:x:10:"+strings.Repeat("member,", 20000)+"\nusers:x:100:bob\n"),
	}
	for s, want := range map[string]uint32{"bob": 1000, "root": 0, "77": 77, "4294967294": 4294967294} {
		if got, err := f.LookupUser(s); err != nil || got != want {
			t.Errorf("LookupUser(%q) = %d, %v, want %d", s, got, err, want)
		}
	}
	for s, want := range map[string]uint32{"wheel": 10, "users": 100, "0": 0} {
		if got, err := f.LookupGroup(s); err != nil || got != want {
			t.Errorf("LookupGroup(%q) = %d, %v, want %d", s, got, err, want)
		}
	}
	for s, want := range map[string]string{
		"":           "empty user name",
		"eve":        `no user "eve" in ` + f.Passwd,
		"-1":         `no user "-1" in ` + f.Passwd,
		"4294967296": `id "4294967296" is too large: the last one is 4294967294`,
		"short":      f.Passwd + " line 4: no id",
		"zero":       f.Passwd + ` line 7: id "abc" is not a decimal number`,
		"big":        f.Passwd + ` line 8: id "4294967296" is too large: the last one is 4294967294`,
	} {
		if got, err := f.LookupUser(s); got != 0 || err == nil || err.Error() != want {
			t.Errorf("LookupUser(%q) = %d, %v, want %s", s, got, err, want)
		}
	}
	if _, err := (Files{Passwd: t.TempDir() + "/none"}).LookupUser("bob"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without a file: %v", err)
	}
}

func TestLookupOfTheSystem(t *testing.T) {
	if id, err := LookupUser("root"); id != 0 || err != nil {
		t.Errorf("root is %d, %v", id, err)
	}
	if id, err := LookupGroup("root"); id != 0 || err != nil {
		t.Errorf("group root is %d, %v", id, err)
	}
}

// file makes a file of that content and returns its path.
func file(t testing.TB, content string) string {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
