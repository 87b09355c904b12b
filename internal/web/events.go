package web

import (
	"fmt"
	"net/http"
	"time"
)

const (
	// heartbeat is how often a stream says that it is alive, lest something on
	// the way or the browser take it for dead.
	heartbeat = 20 * time.Second
	// patience is how long a browser may take to accept an event.
	patience = 10 * time.Second
)

// events answers with a stream of server-sent events: one for every version
// (HTML, 9.2), which says its number, and the page then fetches what it lacks.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	if !s.streams.try() {
		w.Header().Set("Retry-After", "10")
		refuse(w, http.StatusServiceUnavailable, "too many pages are open")
		return
	}
	defer s.streams.free()
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	// A stream is read to its end and written for long; what goes with the
	// connection's deadlines is set anew.
	control := http.NewResponseController(w)
	control.SetReadDeadline(time.Time{})
	woken, stop := s.feed.listen()
	defer stop()
	s.stream(r, w, control, woken)
}

// stream writes an event each time that it is woken, and beats in between.
func (s *Server) stream(r *http.Request, w http.ResponseWriter, control *http.ResponseController, woken <-chan struct{}) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for event := ": hello\n\n"; ; {
		control.SetWriteDeadline(time.Now().Add(patience))
		if _, err := fmt.Fprint(w, event); err != nil || control.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
			event = ": alive\n\n"
		case <-woken:
			event = s.feed.event()
		}
	}
}

// event tells what is newest.
func (f *feed) event() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.failed != nil:
		return fmt.Sprintf("event: trouble\ndata: %q\n\n", f.failed.Error())
	case f.newest != nil:
		return fmt.Sprintf("event: version\ndata: %d\n\n", f.newest.number)
	default:
		return ": nothing yet\n\n"
	}
}
