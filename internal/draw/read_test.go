package draw

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"isle/internal/atlas"
)

// element is what a drawing is read back as.
type element struct {
	name string
	attr map[string]string
	text string
	in   *element
	kids []*element
}

// svg draws a map and reads it back.
func svg(t testing.TB, m *atlas.Map, o Options) (string, *element) {
	t.Helper()
	var b bytes.Buffer
	if err := SVG(&b, m, o); err != nil {
		t.Fatal(err)
	}
	root, err := parse(b.Bytes())
	if err != nil {
		t.Fatalf("the drawing is not XML: %v", err)
	}
	return b.String(), root
}

// parse reads one XML document, as strictly as encoding/xml does.
func parse(document []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(document))
	at := &element{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if len(at.kids) != 1 {
				return nil, errors.New("not one root")
			}
			return at.kids[0], nil
		}
		if err != nil {
			return nil, err
		}
		switch x := token.(type) {
		case xml.StartElement:
			e := &element{name: x.Name.Local, attr: map[string]string{}, in: at}
			for _, a := range x.Attr {
				if _, twice := e.attr[a.Name.Local]; twice {
					return nil, errors.New("attribute twice: " + a.Name.Local)
				}
				e.attr[a.Name.Local] = a.Value
			}
			at.kids = append(at.kids, e)
			at = e
		case xml.EndElement:
			at = at.in
		case xml.CharData:
			at.text += string(x)
		}
	}
}

// all lists the elements below e that a class is on.
func (e *element) all(class string) (found []*element) {
	for _, k := range e.kids {
		if k.has(class) {
			found = append(found, k)
		}
		found = append(found, k.all(class)...)
	}
	return found
}

func (e *element) has(class string) bool {
	return slices.Contains(strings.Fields(e.attr["class"]), class)
}

// named lists the elements below e of a name.
func (e *element) named(name string) (found []*element) {
	for _, k := range e.kids {
		if k.name == name {
			found = append(found, k)
		}
		found = append(found, k.named(name)...)
	}
	return found
}

func (e *element) int(name string) int {
	n, _ := strconv.Atoi(e.attr[name])
	return n
}

func (e *element) rect() rect {
	return rect{e.int("x"), e.int("y"), e.int("width"), e.int("height")}
}

func (r rect) holds(o rect) bool {
	return r.x <= o.x && r.y <= o.y && o.right() <= r.right() && o.bottom() <= r.bottom()
}

func (r rect) meets(o rect) bool {
	return r.x < o.right() && o.x < r.right() && r.y < o.bottom() && o.y < r.bottom()
}
