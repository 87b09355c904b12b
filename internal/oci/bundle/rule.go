package bundle

import (
	"strconv"
	"strings"
)

// The rules that many members share. Each tells what is wrong with the member name
// of the object at hand, which holds value.

// known wants value to be one of values.
func known[T ~string](c *checker, name string, value T, values []string) {
	if position(string(value), values) >= 0 {
		return
	}
	found := "missing"
	if value != "" {
		found = quoted(string(value)) + " is not known"
	}
	c.refuse(name, found+"; want "+strings.Join(values, ", "))
}

// position returns where in values value is, or -1.
func position(value string, values []string) int {
	for i, v := range values {
		if v == value {
			return i
		}
	}
	return -1
}

// absolute wants a path from the root that the kernel takes (path_resolution(7)).
func (c *checker) absolute(name, value string) {
	switch {
	case value == "":
		c.refuse(name, "missing; want an absolute path")
	case value[0] != '/':
		c.refuse(name, quoted(value)+" is not an absolute path")
	default:
		c.short(name, value)
	}
}

// short wants a path that fits PATH_MAX with its NUL.
func (c *checker) short(name, path string) {
	const longest = 4095
	if len(path) > longest {
		c.refuse(name, "a path of "+strconv.Itoa(len(path))+" bytes; the kernel takes "+strconv.Itoa(longest))
	}
}

// between wants a number from least to most, both among them.
func (c *checker) between(name string, value, least, most int64) {
	if value < least || value > most {
		c.refuse(name, strconv.FormatInt(value, 10)+" is not from "+strconv.FormatInt(least, 10)+" to "+strconv.FormatInt(most, 10))
	}
}

// unlimited wants a limit, or -1 for none.
func (c *checker) unlimited(name string, value *int64) {
	if value != nil && *value < -1 {
		c.refuse(name, strconv.FormatInt(*value, 10)+" is no limit; want -1 for none, or 0 and more")
	}
}

// printable wants text of one line, as a security label is.
func (c *checker) printable(name, value string) {
	for _, r := range value {
		if !strconv.IsPrint(r) {
			c.refuse(name, quoted(value)+" is not printable")
			return
		}
	}
}

// id wants a user or group id: -1 is the kernel's "leave it", and no one's.
func (c *checker) id(name string, value uint32) {
	if value == ^uint32(0) {
		c.refuse(name, "4294967295 is no id: the kernel takes it for \"unchanged\"")
	}
}

// numberList wants a list of processors or memory nodes, such as 0-3,7
// (cpuset(7), "List format"), or nothing.
func (c *checker) numberList(name, value string) {
	if value != "" && !isNumberList(value) {
		c.refuse(name, quoted(value)+" is no list of numbers; want one such as 0-3,7")
	}
}

func isNumberList(list string) bool {
	for item := range strings.SplitSeq(list, ",") {
		low, high, isRange := strings.Cut(strings.Trim(item, " \n"), "-")
		first, err := strconv.ParseUint(low, 10, 16)
		if err != nil {
			return false
		}
		last, err := strconv.ParseUint(high, 10, 16)
		if isRange && (err != nil || last < first) {
			return false
		}
	}
	return true
}
