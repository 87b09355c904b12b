package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"isle/internal/atlas"
	"isle/internal/draw"
)

// version is a map that differs from the one before.
type version struct {
	number int
	m      *atlas.Map
	text   []byte // the map as JSON, but for the time
	svg    []byte
}

// next returns the version after old: old itself if a map shows nothing new.
func next(old *version, m *atlas.Map) (*version, error) {
	timeless := *m
	timeless.Taken = time.Time{}
	text, err := json.Marshal(&timeless)
	if err != nil {
		return old, fmt.Errorf("write the map as JSON: %w", err)
	}
	v := &version{number: 1, m: m, text: text}
	if old != nil {
		if bytes.Equal(text, old.text) {
			return old, nil
		}
		v.number = old.number + 1
	}
	if v.svg, err = picture(m, 0); err != nil {
		return old, err
	}
	return v, nil
}

// picture draws a map for a page that is so many pixels wide, 0 for any.
func picture(m *atlas.Map, width int) ([]byte, error) {
	var b bytes.Buffer
	if err := draw.SVG(&b, m, draw.Options{Embedded: true, Width: width}); err != nil {
		return nil, fmt.Errorf("draw the map: %w", err)
	}
	return b.Bytes(), nil
}
