package show

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		0: "Less than a second", time.Second: "1 second", 59 * time.Second: "59 seconds", 61 * time.Second: "About a minute",
		59 * time.Minute: "59 minutes", 61 * time.Minute: "About an hour", 47 * time.Hour: "47 hours", 3 * day: "3 days",
		15 * day: "2 weeks", 61 * day: "2 months", 800 * day: "2 years",
	} {
		if got := Duration(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
