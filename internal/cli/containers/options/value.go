package options

import (
	"fmt"
	"slices"
	"strings"
)

// word takes one of some words.
func word(field func(*Options) *string, words ...string) setter {
	return func(o *Options, s string) error {
		if !slices.Contains(words, s) {
			return fmt.Errorf("%q is not one of %s", s, strings.Join(words, ", "))
		}
		*field(o) = s
		return nil
	}
}

// absolute takes a path in the container.
func absolute(field func(*Options) *string) setter {
	return func(o *Options, s string) error {
		if err := checkAbsolute(s); err != nil {
			return err
		}
		*field(o) = s
		return nil
	}
}

func checkAbsolute(s string) error {
	if !strings.HasPrefix(s, "/") || strings.ContainsRune(s, 0) {
		return fmt.Errorf("%q is not an absolute path in the container", s)
	}
	return nil
}

// pair takes KEY=VALUE into a map; the last of a key is taken.
func pair(field func(*Options) *map[string]string) setter {
	return func(o *Options, s string) error {
		key, value, ok := strings.Cut(s, "=")
		if !ok || key == "" {
			return fmt.Errorf("%q is not KEY=VALUE", s)
		}
		put(field(o), key, value)
		return nil
	}
}

func put(m *map[string]string, key, value string) {
	if *m == nil {
		*m = map[string]string{}
	}
	(*m)[key] = value
}

// hostname takes a name as hostname(7) has it.
func hostname(field func(*Options) *string) setter {
	return func(o *Options, s string) error {
		const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"
		if s == "" || len(s) > 64 || strings.Trim(s, letters) != "" {
			return fmt.Errorf("invalid host or domain name %q: it has up to 64 letters, digits, hyphens and dots", s)
		}
		*field(o) = s
		return nil
	}
}

// isName says whether a text can name a container or a volume.
func isName(s string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	return s != "" && len(s) <= 128 && strings.Trim(s, letters+"_.-") == "" && strings.Contains(letters, s[:1])
}

// fields splits a list at its commas, of which a field has some of its own if it
// is quoted, as in comma-separated files.
func fields(s string) ([]string, error) {
	var all []string
	for {
		if !strings.HasPrefix(s, `"`) {
			field, rest, more := strings.Cut(s, ",")
			if all = append(all, field); !more {
				return all, nil
			}
			s = rest
			continue
		}
		field, rest, ok := quoted(s[1:])
		if !ok || rest != "" && rest[0] != ',' {
			return nil, fmt.Errorf("%q: a quote is not closed where a field ends", s)
		}
		if all = append(all, field); rest == "" {
			return all, nil
		}
		s = rest[1:]
	}
}

// quoted reads up to the closing quote; two quotes stand for one.
func quoted(s string) (field, rest string, ok bool) {
	for {
		before, after, found := strings.Cut(s, `"`)
		if field += before; !found {
			return "", "", false
		}
		if !strings.HasPrefix(after, `"`) {
			return field, after, true
		}
		field, s = field+`"`, after[1:]
	}
}
