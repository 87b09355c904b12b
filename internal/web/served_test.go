package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"testing"
	"time"

	"isle/internal/atlas"
	"isle/internal/island"
	"isle/ns"
)

// atoll is a host whose map a test changes.
type atoll struct {
	mu    sync.Mutex
	names []string
	err   error
	scans int
	takes time.Duration
}

func (a *atoll) rename(names ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.names = names
}

func (a *atoll) fail(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.err = err
}

func (a *atoll) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.scans
}

func (a *atoll) scan(context.Context) (*atlas.Map, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.scans++
	time.Sleep(a.takes)
	if a.err != nil {
		return nil, a.err
	}
	return mapOf(a.names...), nil
}

// mapOf is a host with an island of each name.
func mapOf(names ...string) *atlas.Map {
	host := &island.Island{ID: "host", Sort: island.Host, Name: "atoll", Apart: ns.All, Processes: []int{1}, Top: 1}
	m := &atlas.Map{Schema: atlas.Schema, Host: "atoll", Kernel: "6.12.0", Taken: time.Now(), Islands: []*island.Island{host}}
	for k := range host.NS {
		host.NS[k] = uint64(100 + k)
		m.Namespaces = append(m.Namespaces, &atlas.Namespace{Inode: host.NS[k], Kind: ns.Kind(k), Islands: []string{"host"}})
	}
	for i, name := range names {
		x := &island.Island{ID: "i" + name, Sort: island.Sandbox, Name: name, Parent: "host", NS: host.NS, Apart: ns.SetOf(ns.Net), Top: 10 + i, Processes: []int{10 + i}}
		x.NS[ns.Net] = uint64(200 + i)
		m.Islands = append(m.Islands, x)
		m.Namespaces = append(m.Namespaces, &atlas.Namespace{Inode: x.NS[ns.Net], Kind: ns.Net, Islands: []string{x.ID}})
		m.Processes = append(m.Processes, atlas.Process{PID: 10 + i, Island: x.ID, Command: name})
	}
	return m
}

// served is a server under test.
type served struct {
	t      *testing.T
	server *Server
	base   string // its address, without a slash at the end
	port   string
	client *http.Client // a browser without a session
}

func serve(t *testing.T, o Options) *served {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if o.Source.Map == nil {
		o.Source.Map = (&atoll{names: []string{"one"}}).scan
	}
	s := &served{t: t, server: New(o), base: "http://" + l.Addr().String()}
	_, s.port, _ = net.SplitHostPort(l.Addr().String())
	s.client = browser()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.server.Serve(ctx, l) }()
	t.Cleanup(func() {
		s.client.CloseIdleConnections()
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return s
}

// browser is a client that keeps cookies and follows no redirection.
func browser() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// enter uses the token, so that the client has a session.
func (s *served) enter() *served {
	s.t.Helper()
	if r, _ := s.get("/?token=" + s.server.session.token); r.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("the token was answered with %s", r.Status)
	}
	return s
}

// ask sends a request with some headers ("Host: evil" and so on).
func (s *served) ask(method, path, body string, headers ...string) (*http.Response, string) {
	s.t.Helper()
	r, err := http.NewRequest(method, s.base+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if r.Header.Add(name, value); name == "Host" {
			r.Host = value
		}
	}
	reply, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply, string(text)
}

func (s *served) get(path string, headers ...string) (*http.Response, string) {
	s.t.Helper()
	return s.ask("GET", path, "", headers...)
}
