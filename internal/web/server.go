package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Options say what a Server serves.
type Options struct {
	Source Source
	// Address is the host and port that the user asked for, if a browser may use
	// it beside the loopback names: "gateway:8080".
	Address string
}

// Server serves the map of a host to whoever has its URL. It serves once.
type Server struct {
	options Options
	session *session
	feed    *feed

	streams, details, drawings slots
}

// The most that are served at the same time.
const (
	maxStreams  = 16
	maxDetails  = 1 // as Source promises
	maxDrawings = 2
)

// New makes a server with a token of its own.
func New(o Options) *Server {
	return &Server{
		options: o,
		session: newSession(),
		feed:    newFeed(o.Source.Map),
		streams: make(slots, maxStreams), details: make(slots, maxDetails), drawings: make(slots, maxDrawings),
	}
}

// URL is where the page is, for who listens on an address. It works once, and
// then for the browser that used it.
func (s *Server) URL(on net.Addr) string {
	address := s.options.Address
	if address == "" {
		address = on.String()
	}
	return "http://" + address + "/?token=" + s.session.token
}

// Serve answers until the context ends, which is no error. It closes the
// listener, and no request or scan of its own is left when it returns.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer s.feed.close()
	defer cancel()

	server := &http.Server{
		Handler:           s.handler(l.Addr()),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	stopped := make(chan struct{})
	context.AfterFunc(ctx, func() {
		defer close(stopped)
		shut(server)
	})
	err := server.Serve(l)
	cancel()
	<-stopped
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve %s: %w", l.Addr(), err)
}

// shut lets answers under way come to their end, for a moment.
func shut(server *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		server.Close()
	}
}

// slots limit how many do something at the same time.
type slots chan struct{}

// try takes a slot if one is free.
func (s slots) try() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

// take waits for a slot.
func (s slots) take(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s slots) free() { <-s }
