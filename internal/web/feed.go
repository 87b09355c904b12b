package web

import (
	"context"
	"fmt"
	"sync"
	"time"

	"isle/internal/atlas"
)

// Pace of the scans: never closer than rest, and so that a core scans for not
// more than one part in share of the time.
const (
	rest  = 500 * time.Millisecond
	share = 5
)

// feed makes versions of a map while somebody listens, and wakes who does.
type feed struct {
	read func(context.Context) (*atlas.Map, error)

	scanning slots     // one
	due      time.Time // of the next scan; for who is scanning

	mu     sync.Mutex
	newest *version
	failed error // of the last scan
	ears   map[chan struct{}]bool
	deaf   context.CancelFunc // ends the scans
	closed bool
	runs   sync.WaitGroup
}

func newFeed(read func(context.Context) (*atlas.Map, error)) *feed {
	return &feed{read: read, scanning: make(slots, 1), ears: map[chan struct{}]bool{}}
}

// close ends the scans for good, and waits until they have ended.
func (f *feed) close() {
	f.mu.Lock()
	f.closed = true
	if f.deaf != nil {
		f.deaf()
	}
	f.mu.Unlock()
	f.runs.Wait()
}

// listen has the host scanned until stop is called. The channel holds one
// wake-up: who is slow misses versions, and none waits for it.
func (f *feed) listen() (woken <-chan struct{}, stop func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	ear := make(chan struct{}, 1)
	ear <- struct{}{}
	f.ears[ear] = true
	if len(f.ears) == 1 && !f.closed {
		scans, deaf := context.WithCancel(context.Background())
		f.deaf = deaf
		f.runs.Go(func() { f.run(scans) })
	}
	return ear, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if delete(f.ears, ear); len(f.ears) == 0 && f.deaf != nil {
			f.deaf()
		}
	}
}

// run scans at its pace.
func (f *feed) run(ctx context.Context) {
	for {
		pause := time.NewTimer(f.scanIfDue(ctx))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return
		}
	}
}

// latest returns the newest version, for which it scans if nobody else does.
func (f *feed) latest(ctx context.Context) (*version, error) {
	f.mu.Lock()
	v, err, listened := f.newest, f.failed, len(f.ears) > 0
	f.mu.Unlock()
	if v == nil || !listened {
		f.scanIfDue(ctx)
		f.mu.Lock()
		v, err = f.newest, f.failed
		f.mu.Unlock()
	}
	if v == nil && err == nil {
		err = ctx.Err()
	}
	return v, err
}

// scanIfDue scans if it is time to, and returns how long it is until the next.
func (f *feed) scanIfDue(ctx context.Context) time.Duration {
	if f.scanning.take(ctx) != nil {
		return rest
	}
	defer f.scanning.free()
	if wait := time.Until(f.due); wait > 0 {
		return wait
	}
	began := time.Now()
	f.scan(ctx)
	pause := max(rest, (share-1)*time.Since(began))
	f.due = time.Now().Add(pause)
	return pause
}

// scan makes a version if the map is not what it was, and wakes who listens.
func (f *feed) scan(ctx context.Context) {
	m, err := f.read(ctx)
	if ctx.Err() != nil {
		return // cut short, which says nothing of the host
	}
	f.mu.Lock()
	old, failed := f.newest, f.failed
	f.mu.Unlock()
	v := old
	if err == nil {
		v, err = next(old, m)
	}
	if v == old && fmt.Sprint(err) == fmt.Sprint(failed) {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.newest, f.failed = v, err
	for ear := range f.ears {
		select {
		case ear <- struct{}{}:
		default:
		}
	}
}
