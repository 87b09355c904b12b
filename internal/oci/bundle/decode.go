package bundle

import (
	"strconv"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// What a document may hold, far above what any engine writes.
const (
	maxSize     = 16 << 20  // bytes
	maxDepth    = 64        // objects and arrays within each other; the specification needs 7
	maxElements = 100_000   // of one array, or members of one object
	maxValues   = 1_000_000 // in all
)

// Decode reads a config.json. Members that the specification does not know are
// passed over, as it wants ("Extensibility"); names count by their case, so that
// "ociversion" is one of those. A null member is as absent.
//
// Its error is of type Problems. What is of the wrong type, a number that does not
// fit, a null within an array or map, a member that is there twice and a string
// with a NUL are all told at once. What is no JSON at all, or beyond the bounds
// (16 MiB, 64 levels, 100,000 elements of one array or object, 1,000,000 values),
// ends the reading, and is told last, with its line and column.
func Decode(data []byte) (*specs.Spec, error) {
	return decode(string(data), (*decoder).spec)
}

// decode reads one document whose top is what read reads. What it returns holds
// parts of text.
func decode[T any](text string, read func(*decoder, *T)) (*T, error) {
	if len(text) > maxSize {
		return nil, Problems{{Path: ".", Reason: "the document is larger than " + strconv.Itoa(maxSize) + " bytes"}}
	}
	d := decoder{scanner: scanner{text: text}}
	v := new(T)
	read(&d, v)
	if d.peek(); d.at < len(d.text) {
		d.unexpected("the end of the document")
	}
	if d.broken != "" {
		d.refuse(d.broken)
	}
	if problems := d.all(); len(problems) > 0 {
		return nil, problems
	}
	return v, nil
}

// decoder reads the values of one document into the specification's types. The
// methods named after those types are generated, and end with their object.
type decoder struct {
	scanner
	findings
	path   path
	name   string   // of the member at hand
	frames []frame  // one for every object and array that is open, as in path
	names  []string // of the members so far of all objects that are open
	values int      // so far
}

// frame is what the decoder knows of one open object or array.
type frame struct {
	names int                 // where its members' names begin
	count int                 // of its members or elements so far
	seen  map[string]struct{} // its members' names, once they are many
}

// refuse notes what is wrong with the value at hand.
func (d *decoder) refuse(reason string) {
	d.add(Problem{Path: d.path.text(), Reason: reason})
}

// mismatch passes over the value at hand, which is not what was wanted.
func (d *decoder) mismatch(want string) {
	if found := d.describe(); d.broken == "" {
		d.refuse("want " + want + ", found " + found)
	}
}

// describe passes over the value at hand and says what it was.
func (d *decoder) describe() string {
	c := d.peek()
	start := d.at
	if c == '"' {
		return "the string " + quoted(d.quotation())
	}
	d.skip()
	switch text := d.text[start:d.at]; {
	case c == '{':
		return "an object"
	case c == '[':
		return "an array"
	case len(text) > 40:
		return text[:40] + "..."
	default:
		return text
	}
}

// skip passes over the value at hand, whatever it is, if it is JSON.
func (d *decoder) skip() {
	switch c := d.peek(); {
	case c == '{':
		for d.enter('{', ""); d.key(); {
			d.skip()
		}
	case c == '[':
		for d.enter('[', ""); d.element(); {
			d.skip()
		}
	case c == '"':
		d.quotation()
	case numeric(c):
		d.numeral()
	case !d.word("true") && !d.word("false") && !d.word("null"):
		d.unexpected("a value")
	}
}
