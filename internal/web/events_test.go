package web

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// stream opens the events, and returns a function that waits for the next.
func (s *served) stream() (next func() string, shut func()) {
	s.t.Helper()
	r, err := s.client.Get(s.base + "/events")
	if err != nil || r.StatusCode != http.StatusOK {
		s.t.Fatalf("GET /events: %v, %v", r, err)
	}
	if got := r.Header.Get("Content-Type"); got != "text/event-stream" || r.Header.Get("Content-Encoding") != "" {
		s.t.Errorf("content type %q, headers %v", got, r.Header)
	}
	lines := bufio.NewScanner(r.Body)
	return func() string {
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "event:") {
				event := lines.Text()
				lines.Scan()
				return event + " " + lines.Text()
			}
		}
		return ""
	}, func() { r.Body.Close() }
}

func TestEventsTellOfVersions(t *testing.T) {
	a := &atoll{names: []string{"one"}}
	s := serve(t, Options{Source: Source{Map: a.scan}}).enter()
	next, shut := s.stream()
	defer shut()
	if got, want := next(), "event: version data: 1"; got != want {
		t.Errorf("first event %q, want %q", got, want)
	}
	a.rename("one", "two")
	if got, want := next(), "event: version data: 2"; got != want {
		t.Errorf("event after a change %q, want %q", got, want)
	}
	if _, text := s.get("/map"); !strings.Contains(text, `"version":2`) || !strings.Contains(text, `"id":"itwo"`) || !strings.Contains(text, `<svg `) {
		t.Errorf("/map is %.300s", text)
	}
	again, shutAgain := s.stream()
	defer shutAgain()
	if got, want := again(), "event: version data: 2"; got != want {
		t.Errorf("who comes later hears %q first, want %q", got, want)
	}
}

func TestStreamsAreLimitedAndGivenBack(t *testing.T) {
	s := serve(t, Options{}).enter()
	var shuts []func()
	for range maxStreams {
		_, shut := s.stream()
		shuts = append(shuts, shut)
	}
	if r, _ := s.get("/events"); r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") == "" {
		t.Errorf("one stream too many: %s", r.Status)
	}
	for _, shut := range shuts {
		shut()
	}
	for end := time.Now().Add(5 * time.Second); len(s.server.streams) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d streams are held after all have gone", len(s.server.streams))
		}
	}
	_, shut := s.stream()
	shut()
}

// A browser that takes its time gets the newest version then, and none of those
// in between.
func TestSlowClientSkipsVersions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &atoll{}
		s := New(Options{Source: Source{Map: a.scan}})
		defer s.feed.close()
		w := &slow{header: http.Header{}, pass: make(chan struct{})}
		ctx, leave := context.WithCancel(t.Context())
		r, _ := http.NewRequestWithContext(ctx, "GET", "/events", nil)
		go s.events(w, r)
		w.pass <- struct{}{} // "hello"; what comes next is not let through for long
		for i := range 100 {
			a.rename(fmt.Sprint("n", i))
			time.Sleep(time.Second)
		}
		close(w.pass)
		synctest.Wait()
		leave()
		synctest.Wait()
		var events []string
		for _, text := range w.got[2:] {
			if strings.HasPrefix(text, "event:") {
				events = append(events, text)
			}
		}
		if newest := s.feed.newest.number; newest < 100 || len(events) != 1 || !strings.Contains(events[0], fmt.Sprint("data: ", newest)) {
			t.Errorf("heard %q after 100 seconds, newest is %d", events, newest)
		}
	})
}

// slow takes a text when it is let.
type slow struct {
	header http.Header
	pass   chan struct{}
	got    []string
}

func (s *slow) Header() http.Header              { return s.header }
func (s *slow) WriteHeader(int)                  {}
func (s *slow) Flush()                           {}
func (s *slow) SetWriteDeadline(time.Time) error { return nil }
func (s *slow) SetReadDeadline(time.Time) error  { return nil }
func (s *slow) Write(b []byte) (int, error) {
	<-s.pass
	s.got = append(s.got, string(b))
	return len(b), nil
}
