package review

import (
	"testing"

	"golang.org/x/sys/unix"
)

const second = int64(1_000_000_000)

// TestChangedSince: a time that a file system keeps in coarse steps counts as
// any moment of its step.
func TestChangedSince(t *testing.T) {
	start := 1000*second + 123_456_789
	for _, test := range []struct {
		ctime int64
		want  bool
	}{
		{start - 1, false}, {start, true}, {start + 1, true},
		{1000 * second, true}, {999 * second, false}, {1001 * second, true}, // whole seconds
		{1000*second + 123_000_000, true}, {1000*second + 122_000_000, false}, // milliseconds
	} {
		if got := (&Stamp{Ctime: test.ctime}).changedSince(start); got != test.want {
			t.Errorf("changed at %d, since %d: %v, want %v", test.ctime, start, got, test.want)
		}
	}
}

func TestSetBack(t *testing.T) {
	if got := setBack(1000*second, 500*second, 440*second); got != 940*second {
		t.Errorf("a clock set back by a minute: %d", got)
	}
	for _, now := range []int64{500 * second, 501 * second, 500*second - 1000} {
		if got := setBack(1000*second, 500*second, now); got != 1000*second {
			t.Errorf("a clock that was not set back: %d", got)
		}
	}
}

// TestMoment: a file changed before is older, one changed afterwards is not.
func TestMoment(t *testing.T) {
	h := host(t, map[string]string{"before": "x"})
	since := moment()
	h.write("after", "x")
	for name, want := range map[string]bool{"before": false, "after": true} {
		st, err := stampAt(unix.AT_FDCWD, h.path(name))
		if err != nil || st.changedSince(since) != want {
			t.Errorf("%s: changed since %v, want %v (%v)", name, !want, want, err)
		}
	}
}
