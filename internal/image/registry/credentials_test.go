package registry

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var ctx = context.Background()

func encoded(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func TestLook(t *testing.T) {
	podman := write(t, "auth.json", fmt.Sprintf(`{"auths": {
		"quay.io": {"auth": %q}, "quay.io/team": {"auth": %q}, "quay.io/team/app": {"auth": %q}, "empty.example": {}}}`,
		encoded("host:p"), encoded("folder:p:q"), encoded("app:p")))
	docker := write(t, "config.json", fmt.Sprintf(`{"auths": {
		"https://index.docker.io/v1/": {"auth": %q}, "https://old.example/v2/": {"username": "u", "password": "p"},
		"token.example": {"identitytoken": "t"}}}`, encoded("hub:p")))
	files := []string{podman, filepath.Join(t.TempDir(), "none"), docker}
	for at, want := range map[string]Credentials{
		"quay.io other":             {"host", "p", ""},
		"quay.io team/x":            {"folder", "p:q", ""},
		"quay.io team/app":          {"app", "p", ""},
		"quay.io teams/app":         {"host", "p", ""},
		"docker.io library/x":       {"hub", "p", ""},
		"old.example x":             {"u", "p", ""},
		"token.example x":           {"", "", "t"},
		"evil.example quay.io/team": {},
		"empty.example x":           {},
		"quay.io.evil.example app":  {},
	} {
		host, path, _ := strings.Cut(at, " ")
		got, err := Look(ctx, files, host, path)
		if err != nil || (got == nil) != (want == Credentials{}) || got != nil && *got != want {
			t.Errorf("%s: %+v, %v", at, got, err)
		}
	}
	for _, text := range []string{"{", `{"auths": {"x.example": {"auth": "%%"}}}`, `{"auths": {"x.example": {"auth": "` + encoded("nocolon") + `"}}}`} {
		if c, err := Look(ctx, []string{write(t, "bad.json", text)}, "x.example", "y"); err == nil {
			t.Errorf("%s: %+v", text, c)
		}
	}
}

// helper puts a credential helper that keeps its secrets in a folder into PATH.
func helper(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	script := `#!/bin/sh
cd "` + dir + `"
case $1 in
store) cat > secret;;
get) if [ -e secret ]; then cat secret; else echo "credentials not found in native keychain"; exit 1; fi;;
erase) rm secret;;
esac
`
	if err := os.WriteFile(filepath.Join(dir, "docker-credential-test"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}

func TestHelper(t *testing.T) {
	helper(t)
	file := write(t, "auth.json", `{"credHelpers": {"quay.io": "test"}, "other": 7}`)
	if c, err := Look(ctx, []string{file}, "quay.io", "x"); c != nil || err != nil {
		t.Errorf("%+v, %v", c, err)
	}
	if err := Save(ctx, file, "quay.io", Credentials{User: "u", Password: "secret"}); err != nil {
		t.Fatal(err)
	}
	if c, err := Look(ctx, []string{file}, "quay.io", "x"); err != nil || c == nil || c.User != "u" || c.Password != "secret" {
		t.Errorf("%+v, %v", c, err)
	}
	if data, _ := os.ReadFile(file); strings.Contains(string(data), "secret") {
		t.Error("the secret is in the file as well")
	}
	if known, err := Forget(ctx, file, "quay.io"); !known || err != nil {
		t.Errorf("%v, %v", known, err)
	}
	if known, err := Forget(ctx, file, "quay.io"); known || err != nil {
		t.Errorf("%v, %v", known, err)
	}
	missing := write(t, "auth.json", `{"credsStore": "not-here"}`)
	if c, err := Look(ctx, []string{missing}, "quay.io", "x"); err == nil {
		t.Errorf("%+v", c)
	}
	if c, err := Look(ctx, []string{write(t, "auth.json", `{"credsStore": "../../bin/sh"}`)}, "quay.io", "x"); err == nil {
		t.Errorf("%+v", c)
	}
}

func TestSave(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "auth.json")
	for _, key := range []string{"a.example", "b.example/team"} {
		if err := Save(ctx, file, key, Credentials{User: "u", Password: "p:w"}); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if c, err := Look(ctx, []string{file}, "b.example", "team/x"); err != nil || c == nil || c.Password != "p:w" {
		t.Errorf("%+v, %v", c, err)
	}
	if known, err := Forget(ctx, file, "a.example"); !known || err != nil {
		t.Errorf("%v, %v", known, err)
	}
	var left authFile
	data, _ := os.ReadFile(file)
	if err := json.Unmarshal(data, &left); err != nil || len(left.Auths) != 1 {
		t.Errorf("%s", data)
	}
	if entries, _ := os.ReadDir(filepath.Dir(file)); len(entries) != 1 {
		t.Errorf("left beside it: %v", entries)
	}
}

// TestAuthentication speaks to registries that want a password, and a token.
func TestAuthentication(t *testing.T) {
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		right := user == "u" && password == "p"
		switch {
		case r.URL.Path == "/token":
			if !right {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			fmt.Fprintf(w, `{"token": "for %s"}`, r.URL.Query().Get("scope"))
		case strings.HasPrefix(r.Header.Get("Authorization"), "Bearer for"), right && r.URL.Query().Get("basic") != "", right && r.Host == "localhost"+server.URL[len("http://127.0.0.1"):]:
			w.Write([]byte("{}"))
		default:
			challenge := fmt.Sprintf(`Bearer realm="%s/token",service="s"`, server.URL)
			if strings.HasPrefix(r.Host, "localhost") {
				challenge = `Basic realm="x"`
			}
			w.Header().Set("WWW-Authenticate", challenge)
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer server.Close()
	port := server.URL[len("http://127.0.0.1"):]
	for _, host := range []string{"127.0.0.1", "localhost"} {
		for _, password := range []string{"p", "wrong", ""} {
			c := &Client{Config: &Config{}}
			if password != "" {
				c.AuthFiles = []string{write(t, "auth.json", fmt.Sprintf(`{"auths": {%q: {"auth": %q}}}`, host+port, encoded("u:"+password)))}
			}
			if err := c.Check(ctx, host+port); (err == nil) != (password == "p") {
				t.Errorf("check at %s with %q: %v", host, password, err)
			}
			r, err := c.Open(ctx, Place{Host: host + port, Path: "x"}, false)
			if err == nil {
				_, _, err = r.Manifest(ctx, "latest")
			}
			if (err == nil) != (password == "p") || err != nil && strings.Contains(err.Error(), "wrong") {
				t.Errorf("manifest from %s with %q: %v", host, password, err)
			}
		}
	}
}

func TestTLSVerify(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("{}")) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "https://")
	yes, no := true, false
	for _, test := range []struct {
		verify   *bool
		insecure bool
		want     bool
	}{{nil, false, false}, {nil, true, true}, {&yes, true, false}, {&no, false, true}} {
		c := &Client{Config: &Config{}, TLSVerify: test.verify, Retry: Retry{Tries: 1}}
		if _, err := c.Open(ctx, Place{Host: host, Path: "x", Insecure: test.insecure}, false); (err == nil) != test.want {
			t.Errorf("%+v: %v", test, err)
		}
	}
}
