package bundle

import "strconv"

// enter opens the object or array that is next; bracket says which. Where another
// value is next, it passes over that and tells that want was wanted.
func (d *decoder) enter(bracket byte, want string) bool {
	if !d.take(bracket) {
		d.mismatch(want)
		return false
	}
	if len(d.frames) == maxDepth {
		d.fail(d.at-1, "nested deeper than "+strconv.Itoa(maxDepth)+" levels")
		return false
	}
	d.frames = append(d.frames, frame{names: len(d.names)})
	d.path = append(d.path, step{index: nowhere})
	return true
}

// leave closes the object or array at hand.
func (d *decoder) leave() {
	top := len(d.frames) - 1
	d.names = d.names[:d.frames[top].names]
	d.frames, d.path = d.frames[:top], d.path[:top]
}

// another says whether the object or array at hand, which ends with bracket, goes
// on, and passes over the comma before what follows. At its end it is left.
func (d *decoder) another(bracket byte) bool {
	if d.broken != "" {
		return false
	}
	f := &d.frames[len(d.frames)-1]
	d.path[len(d.path)-1].index = nowhere
	if d.take(bracket) {
		d.leave()
		return false
	}
	if f.count > 0 && !d.take(',') {
		d.unexpected("',' or '" + string(rune(bracket)) + "'")
		return false
	}
	f.count++
	d.values++
	switch {
	case f.count > maxElements:
		d.fail(d.at, "more than "+strconv.Itoa(maxElements)+" elements of one array or members of one object")
	case d.values > maxValues:
		d.fail(d.at, "more than "+strconv.Itoa(maxValues)+" values in all")
	}
	return d.broken == ""
}

// element goes to the next element of the array at hand, or leaves it.
func (d *decoder) element() bool {
	if !d.another(']') {
		return false
	}
	d.path[len(d.path)-1].index = d.frames[len(d.frames)-1].count - 1
	return true
}

// key goes to the next member of the object at hand, or leaves it.
func (d *decoder) key() bool {
	if !d.another('}') {
		return false
	}
	d.peek()
	d.name = d.quotation()
	if d.broken == "" && !d.take(':') {
		d.unexpected("':'")
	}
	if d.broken != "" {
		return false
	}
	d.path[len(d.path)-1] = step{name: d.name, index: named}
	if d.repeated() {
		d.refuse("a member of this name is there twice")
	}
	return true
}

// member is key, but passes over members that are null.
func (d *decoder) member() bool {
	for d.key() {
		if !d.word("null") {
			return true
		}
	}
	return false
}

// repeated says whether the object at hand has had a member of this name.
func (d *decoder) repeated() bool {
	const few = 32
	f := &d.frames[len(d.frames)-1]
	before := d.names[f.names:]
	d.names = append(d.names, d.name)
	if len(before) < few {
		for _, name := range before {
			if name == d.name {
				return true
			}
		}
		return false
	}
	if f.seen == nil {
		f.seen = make(map[string]struct{}, 2*few)
		for _, name := range before {
			f.seen[name] = struct{}{}
		}
	}
	_, again := f.seen[d.name]
	f.seen[d.name] = struct{}{}
	return again
}
