package options

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"isle/internal/engine/request"
)

const healthGroup = "Containers: health"

func health() []Option {
	const g = healthGroup
	h := func(o *Options) *request.Health {
		if o.Request.Health == nil {
			o.Request.Health = &request.Health{}
		}
		return o.Request.Health
	}
	return []Option{
		opt(g, "health-cmd", 0, "COMMAND|JSON", "what says by its exit status whether it does what it should", setHealthCommand),
		opt(g, "health-interval", 0, "TIME", "how often it is asked, 30s unless given", duration(func(o *Options) *time.Duration { return &h(o).Interval })),
		opt(g, "health-timeout", 0, "TIME", "how long that may take, 30s unless given", duration(func(o *Options) *time.Duration { return &h(o).Timeout })),
		opt(g, "health-retries", 0, "N", "after how many failures it is unhealthy, 3 unless given", whole(func(o *Options) *int { return &h(o).Retries }, 1, 1<<20)),
		opt(g, "health-start-period", 0, "TIME", "how long it may take until failures count", duration(func(o *Options) *time.Duration { return &h(o).StartPeriod })),
		opt(g, "health-start-interval", 0, "TIME", "how often it is asked meanwhile", duration(func(o *Options) *time.Duration { return &h(o).StartInterval })),
		opt(g, "health-on-failure", 0, "ACTION", "what is done when it is unhealthy: none, kill, restart, stop", word(func(o *Options) *string { return &h(o).OnFailure }, "none", "kill", "restart", "stop")),
		sw(g, "no-healthcheck", 0, "do not ask, whatever the image says", on(func(o *Options) *bool { return &h(o).None })),
	}
}

// setHealthCommand takes a line of shell, or words as a JSON array that may begin
// as an image has it: CMD, CMD-SHELL, NONE.
func setHealthCommand(o *Options, s string) error {
	if o.Request.Health == nil {
		o.Request.Health = &request.Health{}
	}
	h := o.Request.Health
	switch {
	case s == "":
		return fmt.Errorf("the command is empty; --no-healthcheck asks nothing")
	case strings.EqualFold(s, "none"):
		h.None = true
		return nil
	case !strings.HasPrefix(s, "["):
		h.Test = []string{"CMD-SHELL", s}
		return nil
	}
	var words []string
	if err := json.Unmarshal([]byte(s), &words); err != nil {
		return fmt.Errorf("%q is no JSON array of words: %w", s, err)
	}
	if len(words) == 0 || words[0] == "NONE" {
		h.None = true
		return nil
	}
	if words[0] != "CMD" && words[0] != "CMD-SHELL" {
		words = append([]string{"CMD"}, words...)
	}
	if len(words) < 2 {
		return fmt.Errorf("%q: no words follow %s", s, words[0])
	}
	h.Test = words
	return nil
}

// duration takes a time such as 1m30s, or seconds.
func duration(field func(*Options) *time.Duration) setter {
	return func(o *Options, s string) error {
		d, err := time.ParseDuration(s)
		if n, numErr := parseInt(s, 0, 1<<31); numErr == nil {
			d, err = time.Duration(n)*time.Second, nil
		}
		if err != nil || d < 0 || d != 0 && d < time.Millisecond {
			return fmt.Errorf("%q is no time such as 30s", s)
		}
		*field(o) = d
		return nil
	}
}
