package passwd

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const (
	passwdText = `root:x:0:0:root:/root:/bin/ash

# a comment
bob:x:1000:1000:Bob:/home/bob:/bin/bash
short:x:7:8
1000:x:2000:2000:a number for a name:/home/n:/bin/sh
notnum:x:one:1000::/:/bin/sh
negative:x:-1:1::/:/bin/sh
large:x:4294967296:1::/:/bin/sh
none:x:4294967295:1::/:/bin/sh
few:x
odd:x:9:9::home:sh
`
	groupText = `root:x:0:
wheel:x:10:bob,other
bob:x:1000:bob
bad:x:ten:alice
few:x
other:x:11:robert,bobby
`
)

// root makes a root directory with these files.
func root(t testing.TB, passwd, group string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"passwd": passwd, "group": group} {
		if err := os.WriteFile(filepath.Join(dir, "etc", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFind(t *testing.T) {
	dir := root(t, passwdText, groupText)
	bob := User{1000, 1000, []uint32{1000, 10}, "/home/bob", "/bin/bash"}
	for text, want := range map[string]User{
		"":             {0, 0, []uint32{0}, "/root", "/bin/ash"},
		"root":         {0, 0, []uint32{0}, "/root", "/bin/ash"},
		"bob":          bob,
		"01000":        bob,
		"1000":         bob,
		"bob:wheel":    {1000, 10, []uint32{10}, "/home/bob", "/bin/bash"},
		"bob:77":       {1000, 77, []uint32{77}, "/home/bob", "/bin/bash"},
		":wheel":       {0, 10, []uint32{10}, "/root", "/bin/ash"},
		"short":        {7, 8, []uint32{8}, "/", "/bin/sh"},
		"odd":          {9, 9, []uint32{9}, "/", "/bin/sh"},
		"4242":         {4242, 0, []uint32{0}, "/", "/bin/sh"},
		"4294967294:5": {4294967294, 5, []uint32{5}, "/", "/bin/sh"},
	} {
		got, err := Find(dir, text)
		if err != nil || !reflect.DeepEqual(*got, want) {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestFindRefuses(t *testing.T) {
	dir := root(t, passwdText, groupText)
	for text, want := range map[string]string{
		"nosuch":               `user "nosuch" is not in /etc/passwd of the root`,
		"bob:nosuch":           `group "nosuch" is not in /etc/group of the root`,
		"bob:":                 "no group after the colon",
		"bob:wheel:x":          `group "wheel:x" is not in`,
		"-1":                   `invalid id "-1"`,
		"+1":                   `invalid id "+1"`,
		"4294967295":           "invalid id",
		"4294967296":           "invalid id",
		"99999999999999999999": "invalid id",
		"notnum":               `line 7 of /etc/passwd of the root: invalid id "one"`,
		"negative":             `invalid id "-1"`,
		"large":                "invalid id",
		"none":                 "invalid id",
		"few":                  "2 fields",
		"bob:bad":              `line 4 of /etc/group of the root: invalid id "ten"`,
		"bob:few":              "2 fields",
		"bob:-5":               "invalid id",
	} {
		if got, err := Find(dir, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, %v; want an error with %q", text, got, err, want)
		}
	}
}

func TestFindWithoutFiles(t *testing.T) {
	dir := t.TempDir()
	u, err := Find(dir, "5:6")
	if want := (User{5, 6, []uint32{6}, "/", "/bin/sh"}); err != nil || !reflect.DeepEqual(*u, want) {
		t.Errorf("%+v, %v; want %+v", u, err, want)
	}
	if _, err := Find(dir, "root"); err == nil {
		t.Error("a name was found without a file of names")
	}
}

func FuzzFind(f *testing.F) {
	f.Add("bob:wheel", passwdText, groupText)
	f.Add("", "root:x:0:0", "")
	f.Add("1000", ":::::\n\x00", "x:x:1:\n")
	dir := root(f, "", "")
	f.Fuzz(func(t *testing.T, text, passwd, group string) {
		os.WriteFile(filepath.Join(dir, "etc/passwd"), []byte(passwd), 0o644)
		os.WriteFile(filepath.Join(dir, "etc/group"), []byte(group), 0o644)
		u, err := Find(dir, text)
		if err != nil {
			return
		}
		if u.UID == 1<<32-1 || u.GID == 1<<32-1 || u.Groups[0] != u.GID || u.Home[0] != '/' || u.Shell[0] != '/' {
			t.Errorf("%q: %+v", text, u)
		}
		// User 0 only by its number or by a line that says so.
		name, _, _ := strings.Cut(text, ":")
		if u.UID == 0 && strings.Trim(name, "0") != "" && !strings.Contains(passwd, name+":") {
			t.Errorf("%q is user 0", text)
		}
	})
}
