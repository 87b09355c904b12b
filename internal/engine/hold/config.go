package hold

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"isle/internal/engine/logs"
)

// Helper is the name of the monitor's program.
const Helper = "isle-monitor"

// Config is what a monitor is told of its container.
type Config struct {
	ID   string
	Dir  string // the container's folder, where the socket for clients is made
	Isle string // the program that starts the container and ends it; "" is this one

	Terminal  bool // the container has one, and the monitor takes its outer end
	Stdin     bool // it can be typed into; otherwise there is nothing to read
	StdinOnce bool // and nothing more when the first client that could type has gone

	Log     logs.Options  // its ID is that of the container
	Timeout time.Duration // how long the container may run; 0: as long as it wants
	Health  time.Duration // until the first check of its health; 0: there are none
}

// field is a word of a configuration: NAME=VALUE.
type field struct {
	name string
	get  func(*Config) string // "": it is left out
	set  func(*Config, string) error
}

func text(name string, of func(*Config) *string) field {
	return field{name, func(c *Config) string { return *of(c) }, func(c *Config, s string) error { *of(c) = s; return nil }}
}

func flag(name string, of func(*Config) *bool) field {
	get := func(c *Config) string {
		if *of(c) {
			return "yes"
		}
		return ""
	}
	return field{name, get, func(c *Config, s string) error { *of(c) = s == "yes"; return nil }}
}

// number is one of int, int64 and time.Duration.
func number[T ~int | ~int64](name string, of func(*Config) *T) field {
	get := func(c *Config) string {
		if *of(c) == 0 {
			return ""
		}
		return strconv.FormatInt(int64(*of(c)), 10)
	}
	return field{name, get, func(c *Config, s string) error {
		n, err := strconv.ParseInt(s, 10, 64)
		*of(c) = T(n)
		return err
	}}
}

// fields are all words of a configuration.
func fields() []field {
	return []field{
		text("id", func(c *Config) *string { return &c.ID }),
		text("dir", func(c *Config) *string { return &c.Dir }),
		text("isle", func(c *Config) *string { return &c.Isle }),
		flag("terminal", func(c *Config) *bool { return &c.Terminal }),
		flag("stdin", func(c *Config) *bool { return &c.Stdin }),
		flag("stdin-once", func(c *Config) *bool { return &c.StdinOnce }),
		text("log", func(c *Config) *string { return &c.Log.Driver }),
		text("log-path", func(c *Config) *string { return &c.Log.Path }),
		number("log-max-size", func(c *Config) *int64 { return &c.Log.MaxSize }),
		number("log-max-file", func(c *Config) *int { return &c.Log.MaxFile }),
		text("log-tag", func(c *Config) *string { return &c.Log.Tag }),
		text("name", func(c *Config) *string { return &c.Log.Name }),
		number("timeout", func(c *Config) *time.Duration { return &c.Timeout }),
		number("health", func(c *Config) *time.Duration { return &c.Health }),
	}
}

// words are the arguments that tell a monitor of a configuration.
func (c *Config) words() (words []string) {
	for _, f := range fields() {
		if value := f.get(c); value != "" {
			words = append(words, f.name+"="+value)
		}
	}
	return words
}

// Parse reads the monitor's arguments.
func Parse(words []string) (*Config, error) {
	c := &Config{}
	all := fields()
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		known := false
		for _, f := range all {
			if f.name == name {
				if err := f.set(c, value); err != nil {
					return nil, fmt.Errorf("%q: %w", word, err)
				}
				known = true
			}
		}
		if !known {
			return nil, fmt.Errorf("%q is no word of a configuration", word)
		}
	}
	if c.ID == "" || c.Dir == "" || c.Isle == "" {
		return nil, fmt.Errorf("%s is for isle itself", Helper)
	}
	c.Log.ID = c.ID
	return c, nil
}
