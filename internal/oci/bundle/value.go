package bundle

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"unsafe"
)

// The generated methods read every member with one of these, by its type.

// text reads a string. The kernel ends every string at a NUL, so none may hold one.
func text[T ~string](d *decoder, v *T) {
	if d.peek() != '"' {
		d.mismatch("a string")
		return
	}
	s := d.quotation()
	d.refuseNUL(s)
	*v = T(s)
}

func (d *decoder) refuseNUL(s string) {
	if strings.IndexByte(s, 0) >= 0 {
		d.refuse("holds a NUL, where the kernel would end the string")
	}
}

// boolean reads true or false.
func boolean(d *decoder, v *bool) {
	if *v = d.word("true"); !*v && !d.word("false") {
		d.mismatch("true or false")
	}
}

// number reads a whole number that T can hold, written without point and exponent.
func number[T int | int32 | int64 | uint | uint16 | uint32 | uint64 | os.FileMode](d *decoder, v *T) {
	var zero T
	bits, signed := 8*int(unsafe.Sizeof(zero)), zero-1 < zero
	if numeric(d.peek()) {
		start := d.at
		digits := d.numeral()
		if d.broken != "" {
			return
		}
		if signed {
			if n, err := strconv.ParseInt(digits, 10, bits); err == nil {
				*v = T(n)
				return
			}
		} else if n, err := strconv.ParseUint(digits, 10, bits); err == nil {
			*v = T(n)
			return
		}
		d.at = start
	}
	d.mismatch(wholeNumber(bits, signed))
}

// wholeNumber names the numbers that a type of so many bits can hold.
func wholeNumber(bits int, signed bool) string {
	least, most := "0", ^uint64(0)>>(64-bits)
	if signed {
		most >>= 1
		least = strconv.FormatInt(-int64(most)-1, 10)
	}
	return "a whole number from " + least + " to " + strconv.FormatUint(most, 10)
}

// pointer reads what is behind a pointer.
func pointer[T any](d *decoder, v **T, read func(*decoder, *T)) {
	*v = new(T)
	read(d, *v)
}

// list reads an array.
func list[T any](d *decoder, v *[]T, read func(*decoder, *T)) {
	if !d.enter('[', "an array") {
		return
	}
	items := []T{}
	for d.element() {
		var zero T
		items = append(items, zero)
		read(d, &items[len(items)-1])
	}
	*v = items
}

// dictionary reads an object whose names are free.
func dictionary[T any](d *decoder, v *map[string]T, read func(*decoder, *T)) {
	if !d.enter('{', "an object") {
		return
	}
	items := map[string]T{}
	for d.key() {
		var item T
		name := d.name
		d.refuseNUL(name)
		read(d, &item)
		items[name] = item
	}
	*v = items
}

// opaque reads a value that the specification leaves open.
func opaque(d *decoder, v *any) {
	d.peek()
	start := d.at
	if d.skip(); d.broken == "" {
		if err := json.Unmarshal([]byte(d.text[start:d.at]), v); err != nil {
			d.refuse(err.Error())
		}
	}
}
