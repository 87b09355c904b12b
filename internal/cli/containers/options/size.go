package options

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parseSize reads a number of bytes as docker and podman take it: 512m, 1.5g,
// 64KiB; the units are powers of 1024.
func parseSize(s string) (int64, error) {
	wrong := fmt.Errorf("%q is no size: it is a number and one of the units b, k, m, g, t", s)
	digits := strings.TrimRight(s, "bkmgtpiBKMGTPI ")
	unit := strings.ToLower(strings.TrimSpace(s[len(digits):]))
	if digits == "" || strings.Trim(digits, "0123456789.") != "" {
		return 0, wrong
	}
	power := 0
	if unit != "" && unit != "b" {
		power = strings.IndexByte("bkmgtp", unit[0])
		if rest := unit[1:]; power < 1 || rest != "" && rest != "b" && rest != "ib" {
			return 0, wrong
		}
	}
	factor := int64(1) << (10 * power)
	if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
		if n > math.MaxInt64/factor {
			return 0, fmt.Errorf("%q is more than there can be", s)
		}
		return n * factor, nil
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return 0, wrong
	}
	if f *= float64(factor); f >= math.MaxInt64 {
		return 0, fmt.Errorf("%q is more than there can be", s)
	}
	return int64(f), nil
}

// size takes a number of bytes.
func size(field func(*Options) *int64) setter {
	return func(o *Options, s string) error {
		n, err := parseSize(s)
		if err == nil {
			*field(o) = n
		}
		return err
	}
}

// sizeOrAll takes a number of bytes, or -1 for as many as there are.
func sizeOrAll(field func(*Options) *int64) setter {
	return func(o *Options, s string) error {
		if s == "-1" {
			*field(o) = -1
			return nil
		}
		return size(field)(o, s)
	}
}

// rate takes PATH:RATE for a device, and keeps the rate as a plain number.
func rate(field func(*Options) *[]string, parse func(string) (int64, error)) setter {
	return func(o *Options, s string) error {
		path, value, ok := cutLast(s, ":")
		if !ok || !strings.HasPrefix(path, "/") {
			return fmt.Errorf("%q is not PATH:RATE with the absolute path of a device", s)
		}
		n, err := parse(value)
		if err != nil {
			return err
		}
		*field(o) = append(replaced(*field(o), path), path+":"+strconv.FormatInt(n, 10))
		return nil
	}
}

// count reads operations a second.
func count(s string) (int64, error) { return parseInt(s, 0, math.MaxInt64) }

// cutLast cuts a text at the last separator.
func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
