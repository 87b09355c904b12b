package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// StatusError is an answer that is no success.
type StatusError struct {
	Status int
	Said   string        // by the registry, one line
	After  time.Duration // how long to wait before another try, if the registry says so
}

// Error says what was answered.
func (e *StatusError) Error() string {
	s := fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
	if e.Said != "" {
		s += ": " + e.Said
	}
	return s
}

// statusError is nil for the statuses that are wanted.
func statusError(answer *http.Response, wanted ...int) error {
	for _, status := range wanted {
		if answer.StatusCode == status {
			return nil
		}
	}
	e := &StatusError{Status: answer.StatusCode}
	var t *transport.Error
	if errors.As(transport.CheckError(answer, wanted...), &t) && len(t.Errors) > 0 {
		e.Said = string(t.Errors[0].Code) + ": " + t.Errors[0].Message
	}
	e.Said = line(e.Said)
	if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.After = min(time.Duration(seconds)*time.Second, time.Minute)
	}
	return e
}

// line makes what a registry says one line of a length that can be read.
func line(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return s[:min(len(s), 300)]
}

// plain takes the URL, which may hold a token, and the further lines out of an
// error.
func plain(err error) error {
	var t *transport.Error
	if errors.As(err, &t) {
		e := &StatusError{Status: t.StatusCode}
		if len(t.Errors) > 0 {
			e.Said = line(string(t.Errors[0].Code) + ": " + t.Errors[0].Message)
		}
		return e
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return err
}

// Lasting says whether trying again would give the same error.
func Lasting(err error) bool {
	var s *StatusError
	if errors.As(plain(err), &s) {
		return s.Status < 500 && s.Status != http.StatusTooManyRequests && s.Status != http.StatusRequestTimeout
	}
	return errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "x509:") ||
		strings.Contains(err.Error(), "no such host") || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// again does something until it succeeds, fails for good, or has failed often.
func (r *Repository) again(ctx context.Context, do func() error) error {
	for try := 1; ; try++ {
		err := do()
		if err == nil || try == r.retry.Tries || Lasting(err) || ctx.Err() != nil {
			return err
		}
		if err := r.Pause(ctx, try, err); err != nil {
			return err
		}
	}
}

// Tries is how often something is tried that goes on where it was cut off.
func (r *Repository) Tries() int { return r.retry.Tries }

// Pause waits before the next try, as long as the registry asks for.
func (r *Repository) Pause(ctx context.Context, try int, err error) error {
	pause := r.retry.Pause << min(try-1, 6)
	var s *StatusError
	if errors.As(err, &s) && s.After > 0 {
		pause = s.After
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(pause):
		return nil
	}
}

// request is one request to the repository.
func (r *Repository) request(ctx context.Context, method, at string, body io.Reader, header http.Header) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, at, body)
	if err != nil {
		return nil, err
	}
	for key, values := range header {
		request.Header[key] = values
	}
	answer, err := r.http.Do(request)
	if err != nil {
		return nil, plain(err)
	}
	return answer, nil
}
