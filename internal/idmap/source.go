package idmap

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Source is where ids to be mapped come from: a [Range], which is mapped as it
// stands, or a [Keyword], which is looked up.
type Source interface {
	blocks(h Host, k Kind) ([]block, error)
}

// Keyword is a source that depends on the user and the system.
type Keyword uint8

// The keywords.
const (
	Auto     Keyword = iota // the first line of the user's subordinate ids, from 0 on inside
	Identity                // the same ids, each as itself ("subids")
	All                     // every id that the caller's own user namespace has, each as itself
	Rest                    // all of the user's subordinate ids that can be used, from 0 on inside; there may be none
)

// keywords holds, in the order of the constants, the words of unshare(1).
var keywords = [...]struct {
	word string // empty: not for the command line
	look func(Host, Kind) ([]block, error)
}{{"auto", auto}, {"subids", identity}, {"all", all}, {"", rest}}

// ParseSource reads an argument of --map-users or --map-groups of unshare(1):
// "inside:outside:count", the older "outside,inside,count", "auto", "subids" or
// "all".
func ParseSource(s string) (Source, error) {
	for k, known := range keywords {
		if s == known.word && s != "" {
			return Keyword(k), nil
		}
	}
	var r Range
	err := errors.New("not inside:outside:count, auto, subids or all")
	if f := strings.Split(s, ":"); len(f) == 3 {
		r, err = parseRange(f[0], f[1], f[2])
	} else if f := strings.Split(s, ","); len(f) == 3 {
		r, err = parseRange(f[1], f[0], f[2])
	}
	if err != nil {
		return nil, fmt.Errorf("invalid mapping '%s': %w", s, err)
	}
	return r, nil
}

func (r Range) blocks(_ Host, k Kind) ([]block, error) {
	if err := (Map{r}).Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", k.File(), err)
	}
	return []block{r.block()}, nil
}

func (w Keyword) blocks(h Host, k Kind) ([]block, error) { return keywords[w].look(h, k) }

// auto leaves the end inside open: an id that a single mapping takes there
// costs none of the few subordinate ids.
func auto(h Host, k Kind) ([]block, error) {
	m, err := h.subIDs(k)
	if err != nil {
		return nil, err
	}
	return []block{{[]span{every}, []span{m[0].outside()}}}, nil
}

func identity(h Host, k Kind) ([]block, error) {
	m, err := h.subIDs(k)
	if err != nil {
		return nil, err
	}
	return []block{m[0].block()}, nil
}

// all takes the ids line by line, since a line of the new map must lie within
// one line of the parent's.
func all(h Host, k Kind) ([]block, error) {
	m, err := h.ownMap(k)
	var bs []block
	for _, r := range m {
		bs = append(bs, Range{r.Inside, r.Inside, r.Count}.block())
	}
	return bs, err
}

// rest takes each id once, though two lines may grant it, and only ids that
// exist in the caller's own user namespace: in a container, a file that was
// written for the host grants ids that cannot be had.
func rest(h Host, k Kind) ([]block, error) {
	granted, err := h.subIDs(k)
	if none := (*NoSubIDs)(nil); errors.As(err, &none) || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	own, err2 := h.ownMap(k)
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	var bounds, free []span
	for _, r := range own {
		bounds = append(bounds, r.inside())
	}
	for i, r := range granted {
		fresh := []span{r.outside()}
		for _, earlier := range granted[:i] {
			fresh = without(fresh, earlier.outside())
		}
		free = append(free, within(fresh, bounds)...)
	}
	return []block{{[]span{every}, free}}, nil
}

func (h Host) subIDs(k Kind) (Map, error) {
	name, err := h.userName()
	if err != nil {
		return nil, err
	}
	return SubIDs(h.Files.sub(k), h.EUID, name)
}
