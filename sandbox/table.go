package sandbox

// table maps names to values. It is a slice, because a map would be built at
// every start of the program.
type table[T any] []struct {
	name  string
	value T
}

func (t table[T]) find(name string) (value T, ok bool) {
	for _, e := range t {
		if e.name == name {
			return e.value, true
		}
	}
	return value, false
}
