package compare

// entry is one thing of a list: what it is called, and what is said of it.
type entry struct{ name, value string }

// differ compares two lists by name: what only one has, and what both have with
// another value. Names that come several times are compared in their order.
func differ(what string, a, b []entry) (rows []Row) {
	left := map[string][]string{} // of b, by name
	for _, e := range b {
		left[e.name] = append(left[e.name], e.value)
	}
	for _, e := range a {
		other, found := take(left, e)
		if !found {
			rows = append(rows, Row{What: title(what, e.name), A: shown(e.value)})
		} else if other != e.value {
			rows = append(rows, Row{title(what, e.name), shown(e.value), shown(other)})
		}
	}
	for _, e := range b {
		if values := left[e.name]; len(values) > 0 && values[0] == e.value {
			left[e.name] = values[1:]
			rows = append(rows, Row{What: title(what, e.name), B: shown(e.value)})
		}
	}
	return rows
}

// take removes the entry's counterpart: an equal one if there is one, else the
// first of that name.
func take(left map[string][]string, e entry) (value string, found bool) {
	values := left[e.name]
	if len(values) == 0 {
		return "", false
	}
	n := 0
	for i, v := range values {
		if v == e.value {
			n = i
			break
		}
	}
	value = values[n]
	rest := append(append([]string{}, values[:n]...), values[n+1:]...)
	left[e.name] = rest
	return value, true
}

func title(what, name string) string {
	if what == "" || name == "" {
		return what + name
	}
	return what + " " + name
}

// shown is a value that is not empty: an empty cell means that there is nothing.
func shown(value string) string {
	if value == "" {
		return "yes"
	}
	return value
}

// row is a difference of two values, none if they are equal.
func row(what, a, b string) []Row {
	if a == b {
		return nil
	}
	return []Row{{what, a, b}}
}
