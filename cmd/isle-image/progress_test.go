package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestBarsWithoutTerminal(t *testing.T) {
	var out bytes.Buffer
	b := &bars{w: &out, terminal: -1}
	done, end := b.Begin("sha256:"+strings.Repeat("ab", 32), "fetch", 5_000_000)
	done(17)
	_, other := b.Begin("layer\x1b[2J.tar", "read", 70_000)
	other()
	_, tiny := b.Begin("config", "fetch", 12)
	tiny()
	end()
	b.close()
	if got := out.String(); got != "layer\\x1b[2J.tar: read, 70 kB\nabababababab: fetch, 5 MB\n" {
		t.Errorf("%q", got)
	}
}

func TestBarWidth(t *testing.T) {
	for width := 2; width < 120; width++ {
		for _, p := range []*part{{what: strings.Repeat("é", 90), verb: "unpack", done: 7, total: 9}, {what: "x", verb: "read", done: 12, total: 0}, {what: "x", done: -1, total: 3, ended: true}} {
			if n := utf8.RuneCountInString(p.line(width)); n >= width {
				t.Errorf("%d columns in %d", n, width)
			}
		}
	}
}
