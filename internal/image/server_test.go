package image

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	greg "github.com/google/go-containerregistry/pkg/registry"

	"isle/internal/image/name"
	"isle/internal/image/registry"
	"isle/internal/image/store"
)

// server is a registry in memory, and what goes wrong with it.
type server struct {
	*httptest.Server
	mutex    sync.Mutex
	fault    func(w http.ResponseWriter, r *http.Request, next http.Handler) // nil: none
	requests []string
}

func serve(t testing.TB) *server {
	t.Helper()
	s := &server{}
	next := greg.New(greg.Logger(log.New(io.Discard, "", 0)))
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mutex.Lock()
		s.requests = append(s.requests, r.Method+" "+r.URL.Path)
		fault := s.fault
		s.mutex.Unlock()
		if fault != nil {
			fault(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) host() string { return strings.TrimPrefix(s.URL, "http://") }

// goesWrong sets the fault, for requests to content only if blobs is set.
func (s *server) goesWrong(blobs bool, fault func(http.ResponseWriter, *http.Request, http.Handler)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.requests = nil
	s.fault = func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if blobs && (r.Method != http.MethodGet || !strings.Contains(r.URL.Path, "/blobs/")) {
			next.ServeHTTP(w, r)
			return
		}
		fault(w, r, next)
	}
}

// count counts requests that begin so.
func (s *server) count(begin string) (n int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, r := range s.requests {
		if strings.HasPrefix(r, begin) {
			n++
		}
	}
	return n
}

func client() *registry.Client {
	return &registry.Client{Config: &registry.Config{}, Retry: registry.Retry{Pause: time.Millisecond, Stall: 5 * time.Second}}
}

func nameOf(t testing.TB, s string) name.Name {
	t.Helper()
	n, err := name.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// pushed puts an image into a registry.
func pushed(t testing.TB, s *server, at string, archive []byte) *store.Image {
	t.Helper()
	l := library(t)
	i := load(t, l, archive)
	if err := l.Push(ctx, client(), i, nameOf(t, s.host()+"/"+at)); err != nil {
		t.Fatal(err)
	}
	return i
}

// body answers what the registry would, in full.
func body(r *http.Request, next http.Handler) []byte {
	w := httptest.NewRecorder()
	r = r.Clone(r.Context())
	r.Header.Del("Range")
	next.ServeHTTP(w, r)
	return w.Body.Bytes()
}
