package containers

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"isle/test/steps"
)

// registry starts Debian's docker-registry on the loopback, and gives its address.
func registry(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("docker-registry")
	if err != nil {
		t.Skip("needs a registry: ", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	dir := t.TempDir()
	config := fmt.Sprintf("version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: %s}\n", dir, address)
	file := filepath.Join(dir, "config.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "serve", file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if r, err := http.Get("http://" + address + "/v2/"); err == nil {
			r.Body.Close()
			return address
		}
	}
	t.Fatal("the registry does not answer")
	return ""
}

// TestRegistry: an image goes to a real registry and comes back, unharmed by a
// network between that breaks off and a server that has too much to do.
func TestRegistry(t *testing.T) {
	address := registry(t)
	var faults atomic.Int32
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})
	bad := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		blob := strings.Contains(r.URL.Path, "/blobs/sha256:") && r.Method == http.MethodGet
		switch {
		case blob && faults.Add(1) == 1:
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
		case blob && faults.Load() == 2:
			w.WriteHeader(http.StatusBadGateway)
		case blob && faults.Load() < 8:
			proxy.ServeHTTP(&breaking{ResponseWriter: w, left: 100_000}, r)
		default:
			proxy.ServeHTTP(w, r)
		}
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: bad}
	go server.Serve(l)
	defer server.Close()
	proxy.ErrorLog, server.ErrorLog = nil, nil
	here := steps.Shell{Dir: shell.Dir, Environment: append(shell.Environment, "R="+address, "BAD="+l.Addr().String(), "OTHER="+filepath.Join(shell.Dir, "other"))}
	here.Walk(t, []steps.Step{
		{Name: "push", Run: `isle push --tls-verify=false bb:1 $R/team/bb:1`},
		{Name: "again", Run: `isle push -q --tls-verify=false bb:1 $R/team/bb:1`, Output: `^sha256:[0-9a-f]{64}\n$`},
		{Name: "pull through faults", Run: `ISLE_IMAGES=$OTHER isle pull -q --tls-verify=false $BAD/team/bb:1`, Output: `^sha256:[0-9a-f]{64}\n$`},
		{Name: "the same image", Run: `(isle images --format '{{.ID}}' --no-trunc bb:1; ISLE_IMAGES=$OTHER isle images --format '{{.ID}}' --no-trunc) | sort -u | wc -l`, Output: `^1\n$`},
		{Name: "no such image", Run: `isle pull --tls-verify=false $R/team/nosuch`, Status: 1, Output: `team/nosuch`},
		{Name: "nobody there", Run: `isle pull --tls-verify=false 127.0.0.1:9/x`, Status: 1, Output: `127.0.0.1:9`},
		{Name: "names go", Run: `export ISLE_IMAGES=$OTHER; isle rmi $BAD/team/bb:1 && isle images -q | wc -l && isle system prune -a -f >/dev/null`, Output: `0\n$`},
	})
	if faults.Load() < 5 {
		t.Errorf("it has met %d faults only", faults.Load())
	}
}

// breaking breaks the connection off after so many bytes.
type breaking struct {
	http.ResponseWriter
	left int
}

func (b *breaking) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		panic(http.ErrAbortHandler)
	}
	return b.ResponseWriter.Write(p)
}
