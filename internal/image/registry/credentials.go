package registry

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"isle/internal/image/name"
)

// Credentials are what a registry knows a user by.
type Credentials struct{ User, Password, Token string }

// hubKey is what docker calls its registry in files of credentials.
const hubKey = "https://index.docker.io/v1/"

// authFile is a file of credentials, docker's or podman's.
type authFile struct {
	Auths   map[string]authEntry `json:"auths,omitempty"`
	Helpers map[string]string    `json:"credHelpers,omitempty"`
	Store   string               `json:"credsStore,omitempty"`
}

type authEntry struct {
	Auth          string `json:"auth,omitempty"`
	Username      string `json:"username,omitempty"`
	Password      string `json:"password,omitempty"`
	IdentityToken string `json:"identitytoken,omitempty"`
}

// AuthFiles are where credentials are looked for, the first also where they are
// written: podman's files and then docker's. A file that the user names is the
// only one.
func AuthFiles(named string, root bool) []string {
	if named != "" {
		return []string{named}
	}
	if file := os.Getenv("REGISTRY_AUTH_FILE"); file != "" {
		return []string{file}
	}
	var list []string
	if dir := os.Getenv("XDG_RUNTIME_DIR"); !root && filepath.IsAbs(dir) {
		list = append(list, filepath.Join(dir, "containers/auth.json"))
	} else if root {
		list = append(list, "/run/containers/0/auth.json")
	}
	if own := configHome(); own != "" {
		list = append(list, filepath.Join(own, "containers/auth.json"))
	}
	if dir := os.Getenv("DOCKER_CONFIG"); dir != "" {
		list = append(list, filepath.Join(dir, "config.json"))
	} else if home := os.Getenv("HOME"); filepath.IsAbs(home) {
		list = append(list, filepath.Join(home, ".docker/config.json"))
	}
	return list
}

// Look looks for the credentials of a repository in files; nil if there are none.
func Look(ctx context.Context, files []string, host, path string) (*Credentials, error) {
	for _, file := range files {
		a, err := readAuthFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		c, err := a.look(ctx, host, path)
		if c != nil || err != nil {
			return c, err
		}
	}
	return nil, nil
}

func readAuthFile(file string) (a authFile, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return a, err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return a, nil
	}
	if err := json.Unmarshal(data, &a); err != nil {
		return a, fmt.Errorf("read credentials in %s: %w", file, err)
	}
	return a, nil
}

// look tries the most particular key first: HOST/FOLDER/REPOSITORY, then its
// folders, then HOST, which a helper may know.
func (a *authFile) look(ctx context.Context, host, path string) (*Credentials, error) {
	for at := host + "/" + path; at != ""; at = at[:max(0, strings.LastIndexByte(at, '/'))] {
		if e, ok := a.Auths[at]; ok && e != (authEntry{}) {
			return e.credentials(at)
		}
	}
	if helper := a.helper(host); helper != "" {
		if c, err := askHelper(ctx, helper, serverOf(host)); c != nil || err != nil {
			return c, err
		}
	}
	for key, e := range a.Auths {
		if hostOf(key) == host && e != (authEntry{}) {
			return e.credentials(key)
		}
	}
	return nil, nil
}

func (a *authFile) helper(host string) string {
	for key, helper := range a.Helpers {
		if hostOf(key) == host {
			return helper
		}
	}
	return a.Store
}

// hostOf is the host of a key, which docker writes as a URL at times.
func hostOf(key string) string {
	key = strings.TrimPrefix(strings.TrimPrefix(key, "https://"), "http://")
	key, path, found := strings.Cut(key, "/")
	if key == "index."+name.Hub || key == "registry-1."+name.Hub {
		return name.Hub
	}
	if found && path != "" && !strings.HasPrefix(path, "v1") && !strings.HasPrefix(path, "v2") {
		return "" // of a folder only
	}
	return key
}

func serverOf(host string) string {
	if host == name.Hub {
		return hubKey
	}
	return host
}

func (e authEntry) credentials(key string) (*Credentials, error) {
	c := &Credentials{e.Username, e.Password, e.IdentityToken}
	if e.Auth == "" {
		return c, nil
	}
	plain, err := base64.StdEncoding.DecodeString(e.Auth)
	user, password, found := strings.Cut(string(plain), ":")
	if err != nil || !found {
		return nil, fmt.Errorf("credentials of %s: they are not USER:PASSWORD in base64", key)
	}
	c.User, c.Password = user, strings.TrimRight(password, "\x00")
	return c, nil
}

// noCredentials is how a helper says that it has none.
const noCredentials = "credentials not found"

// askHelper asks docker-credential-NAME.
func askHelper(ctx context.Context, helper, server string) (*Credentials, error) {
	out, err := runHelper(ctx, helper, "get", server)
	if err != nil {
		if strings.Contains(err.Error(), noCredentials) {
			return nil, nil
		}
		return nil, err
	}
	var said struct{ Username, Secret string }
	if err := json.Unmarshal(out, &said); err != nil {
		return nil, fmt.Errorf("docker-credential-%s: %w", helper, err)
	}
	if said.Username == "<token>" {
		return &Credentials{Token: said.Secret}, nil
	}
	return &Credentials{User: said.Username, Password: said.Secret}, nil
}

func runHelper(ctx context.Context, helper, verb, input string) ([]byte, error) {
	if helper == "" || strings.ContainsRune(helper, '/') {
		return nil, fmt.Errorf("'%s' is no name of a credential helper", helper)
	}
	cmd := exec.CommandContext(ctx, "docker-credential-"+helper, verb)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.Output()
	if err == nil {
		return out, nil
	}
	said := strings.TrimSpace(string(out))
	if said == "" {
		said = err.Error()
	}
	said, _, _ = strings.Cut(said, "\n")
	return nil, fmt.Errorf("docker-credential-%s %s: %s", helper, verb, said)
}
