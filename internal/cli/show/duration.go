package show

import (
	"fmt"
	"time"
)

// Duration says how long something took in one unit, in docker's and podman's words.
func Duration(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Second:
		return "Less than a second"
	case d < 2*time.Second:
		return "1 second"
	case d < time.Minute:
		return fmt.Sprintf("%d seconds", d/time.Second)
	case d < 2*time.Minute:
		return "About a minute"
	case d < time.Hour:
		return fmt.Sprintf("%d minutes", d/time.Minute)
	}
	switch hours := (d + time.Hour/2).Truncate(time.Hour); {
	case hours < 2*time.Hour:
		return "About an hour"
	case hours < 2*day:
		return fmt.Sprintf("%d hours", hours/time.Hour)
	case hours < 14*day:
		return fmt.Sprintf("%d days", hours/day)
	case hours < 60*day:
		return fmt.Sprintf("%d weeks", hours/day/7)
	case hours < 2*365*day:
		return fmt.Sprintf("%d months", hours/day/30)
	}
	return fmt.Sprintf("%d years", d/day/365)
}
