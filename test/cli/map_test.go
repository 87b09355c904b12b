package cli

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMap writes a map in each form, and draws one that was saved.
func TestMap(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	begins := map[string]string{"host.svg": "<?xml", "host.html": "<!doctype html>", "host.json": "{", "host.dot": "graph"}
	for name, begin := range begins {
		if r := run(t, "", aisle(), "map", "-o", at(name)); r.status.ExitStatus() != 0 || r.out != "" {
			t.Fatalf("%s: %+v", name, r)
		}
		text, err := os.ReadFile(at(name))
		if err != nil || !strings.Contains(strings.ToLower(string(text[:min(len(text), 200)])), begin) {
			t.Errorf("%s: %v: %.200s", name, err, text)
		}
		info, err := os.Stat(at(name))
		if err != nil || info.Mode().Perm()&0o600 != 0o600 || info.Mode().Perm()&0o111 != 0 {
			t.Errorf("%s: %v", name, info)
		}
	}
	var m struct {
		Schema  int
		Islands []struct{ ID string }
	}
	text, _ := os.ReadFile(at("host.json"))
	if err := json.Unmarshal(text, &m); err != nil || m.Schema != 1 || len(m.Islands) == 0 {
		t.Fatalf("%v: %+v", err, m)
	}
	one := run(t, "", aisle(), "map", "--from", at("host.json"), "--format=svg").out
	two := run(t, "", aisle(), "map", "--from", at("host.json"), "--format=svg", "-o", "-").out
	if one != two || !strings.Contains(one, `id="island-`+m.Islands[0].ID+`"`) {
		t.Errorf("a saved map: %.200s", one)
	}
	for d := xml.NewDecoder(strings.NewReader(one)); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if list, _ := os.ReadDir(dir); len(list) != len(begins) {
		t.Errorf("left behind: %v", list)
	}
}

// TestMapKeepsWhatIsThere: a map that cannot be taken leaves the old file as it
// was, and a link to it is followed.
func TestMapKeepsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	bad, old, link := filepath.Join(dir, "bad.json"), filepath.Join(dir, "old.svg"), filepath.Join(dir, "link.svg")
	for path, text := range map[string]string{bad: `{"schema":1,"islands":[{"id":"<script>"}]}`, old: "old"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r := run(t, "", aisle(), "map", "--from", bad, "-o", old); r.status.ExitStatus() != 1 || !strings.Contains(r.err, "bad.json") {
		t.Errorf("%+v", r)
	}
	if text, _ := os.ReadFile(old); string(text) != "old" {
		t.Errorf("the old file is %.100s", text)
	}
	if err := os.Symlink("old.svg", link); err != nil {
		t.Fatal(err)
	}
	if r := run(t, "", aisle(), "map", "-o", link); r.status.ExitStatus() != 0 {
		t.Errorf("%+v", r)
	}
	if text, _ := os.ReadFile(old); !strings.Contains(string(text), "<svg") {
		t.Errorf("behind the link is %.100s", text)
	}
	if _, err := os.Readlink(link); err != nil {
		t.Error("the link is a file now")
	}
}

func TestMapRefuses(t *testing.T) {
	for line, want := range map[string]string{
		"": "-o FILE", "-o x.png": "not 'png'", "-o x": "--format", "-o x.svg y": "unexpected argument 'y'", "--web -o x.svg": "goes with no other",
		"--from /nonexistent -o x.svg": "no such file", "-o /nonexistent/x.svg": "no such file", "--format=x": "not 'x'", "--bogus": "--bogus",
	} {
		r := run(t, "", append([]string{aisle(), "map"}, strings.Fields(line)...)...)
		if r.status.ExitStatus() != 1 || !strings.Contains(r.err, want) || r.out != "" {
			t.Errorf("%q: %+v, want %q", line, r, want)
		}
	}
	// isle-web is not beside this isle.
	cmd := exec.Command(aisle(), "map", "--web")
	cmd.Env = []string{"PATH=/nonexistent"}
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "isle-web is not here") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestHarbour makes the little host whose picture is in README.md.
func TestHarbour(t *testing.T) {
	needUserNamespaces(t)
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("there is no ip(8) to make links with")
	}
	script, err := filepath.Abs("../../docs/map.sh")
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, "", "sh", script, aisle(), "map", "--format=svg")
	picture, err := os.ReadFile("../../docs/map.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"harbour", "shop", "cart", "database", "editor", "browser", "tab", "quay", "/mnt/spare"} {
		if !strings.Contains(r.out, name) || !strings.Contains(string(picture), name) {
			t.Errorf("%s is not in both pictures: %.300s %s", name, r.out, r.err)
		}
	}
}
