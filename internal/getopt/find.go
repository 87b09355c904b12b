package getopt

import "strings"

// findShort returns the index of the option with that letter, or -1.
func (p *parser) findShort(letter byte) int {
	for i := range p.options {
		if p.options[i].Short == letter && letter != 0 {
			return i
		}
	}
	return -1
}

// findLong returns the index of the option with that name, or else of the only
// one whose name begins so. Word is the name with its argument, for messages.
func (p *parser) findLong(name, word string) (int, error) {
	var found []int
	for i := range p.options {
		long := p.options[i].Long
		if long == "" || !strings.HasPrefix(long, name) {
			continue
		}
		if long == name {
			return i, nil
		}
		found = append(found, i)
	}
	switch len(found) {
	case 0:
		return -1, &Error{"unrecognized option '--" + word + "'"}
	case 1:
		return found[0], nil
	}
	text := "option '--" + word + "' is ambiguous; possibilities:"
	for _, i := range found {
		text += " '--" + p.options[i].Long + "'"
	}
	return -1, &Error{text}
}
