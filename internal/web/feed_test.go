package web

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// listening is a feed with a listener, in a bubble with a clock of its own.
func listening(t *testing.T, a *atoll) (f *feed, woken <-chan struct{}) {
	f = newFeed(a.scan)
	woken, stop := f.listen()
	t.Cleanup(func() { stop(); f.close() })
	<-woken // the first says: look what there is
	return f, woken
}

func TestNothingIsScannedWithoutListeners(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &atoll{names: []string{"one"}}
		f := newFeed(a.scan)
		time.Sleep(time.Minute)
		if a.count() != 0 {
			t.Errorf("%d scans for nobody", a.count())
		}
		_, stop := f.listen()
		_, stop2 := f.listen()
		time.Sleep(10 * time.Second)
		stop()
		time.Sleep(time.Second)
		stop2()
		synctest.Wait()
		scans := a.count()
		if scans < 2 {
			t.Errorf("%d scans for listeners", scans)
		}
		time.Sleep(time.Minute)
		if a.count() != scans {
			t.Errorf("%d scans after the last listener went", a.count()-scans)
		}
		f.close()
	})
}

func TestPaceOfScans(t *testing.T) {
	for _, test := range []struct {
		takes time.Duration
		scans int // in a minute
	}{
		{0, 120}, {10 * time.Millisecond, 118}, {125 * time.Millisecond, 96}, {time.Second, 12}, {6 * time.Second, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := &atoll{takes: test.takes}
			f := newFeed(a.scan)
			var stops []func()
			for range 10 {
				_, stop := f.listen()
				stops = append(stops, stop)
			}
			time.Sleep(time.Minute - time.Millisecond)
			if got := a.count(); got != test.scans {
				t.Errorf("%d scans a minute that take %v, want %d", got, test.takes, test.scans)
			}
			for _, stop := range stops {
				stop()
			}
			f.close()
		})
	}
}

// Who asks for the map again and again has no more scans made than who listens.
func TestAskingDoesNotHurryTheScans(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &atoll{takes: 100 * time.Millisecond, names: []string{"one"}}
		f, began := newFeed(a.scan), time.Now()
		for range 1000 {
			if v, err := f.latest(t.Context()); v == nil || err != nil {
				t.Fatal(v, err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if most := int(time.Since(began)/(600*time.Millisecond)) + 1; a.count() > most {
			t.Errorf("%d scans in %v, want at most %d", a.count(), time.Since(began), most)
		}
	})
}

func TestOnlyChangesWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &atoll{names: []string{"one"}}
		f, woken := listening(t, a)
		<-woken
		time.Sleep(time.Minute)
		select {
		case <-woken:
			t.Error("woken though nothing changed")
		default:
		}
		a.rename("one", "two")
		<-woken
		if v, _ := f.latest(t.Context()); v.number != 2 || v.m.Find("itwo") == nil {
			t.Errorf("version %d: %v", v.number, v.m.Islands)
		}
	})
}

func TestFailureIsToldOnceAndForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &atoll{names: []string{"one"}}
		f, woken := listening(t, a)
		<-woken
		a.fail(errors.New("open /proc: too many open files"))
		<-woken
		if got, want := f.event(), "event: trouble\ndata: \"open /proc: too many open files\"\n\n"; got != want {
			t.Errorf("event %q, want %q", got, want)
		}
		time.Sleep(time.Minute)
		if len(woken) != 0 {
			t.Error("the same failure was told again")
		}
		a.fail(nil)
		<-woken
		if got, want := f.event(), "event: version\ndata: 1\n\n"; got != want {
			t.Errorf("event %q, want %q", got, want)
		}
	})
}

func TestLatestWithoutAMap(t *testing.T) {
	f := newFeed((&atoll{err: errors.New("no")}).scan)
	if v, err := f.latest(t.Context()); v != nil || err == nil || err.Error() != "no" {
		t.Errorf("latest: %v, %v", v, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if v, err := newFeed((&atoll{}).scan).latest(ctx); v != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("latest of who has gone: %v, %v", v, err)
	}
}
