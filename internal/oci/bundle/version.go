package bundle

import (
	"strconv"
	"strings"
)

// newest is the minor version of the specification that isle does.
const newest = 3

// version checks ociVersion ("Specification version"). All of 1.x is compatible
// backwards; of a later minor version isle may know some members not. Drafts of 1.0
// are read as 1.0, as the specification's own example has it.
func (c *checker) version(version string) {
	const name = "ociVersion"
	if version == "" {
		c.refuse(name, "missing; want the version of the specification, such as 1.3.0")
		return
	}
	major, minor, ok := semanticVersion(version)
	switch {
	case !ok:
		c.refuse(name, quoted(version)+" is no semantic version; want three numbers, such as 1.3.0")
	case major == 0:
		c.warn(name, quoted(version)+" is a draft; it is read as 1.0")
	case major > 1:
		c.refuse(name, quoted(version)+" is of another specification than 1.0 to 1.3, which isle does")
	case minor > newest:
		c.warn(name, quoted(version)+" is newer than 1.3, which isle does: what came after is passed over")
	}
}

// semanticVersion returns the first two numbers of a version as SemVer 2.0.0 has
// it: MAJOR.MINOR.PATCH, a pre-release behind "-", a build behind "+".
func semanticVersion(version string) (major, minor uint64, ok bool) {
	rest, build, hasBuild := strings.Cut(version, "+")
	core, pre, hasPre := strings.Cut(rest, "-")
	if hasBuild && !identifiers(build, false) || hasPre && !identifiers(pre, true) {
		return 0, 0, false
	}
	numbers := strings.Split(core, ".")
	if len(numbers) != 3 {
		return 0, 0, false
	}
	var n [3]uint64
	for i, number := range numbers {
		v, err := strconv.ParseUint(number, 10, 32)
		if err != nil || len(number) > 1 && number[0] == '0' {
			return 0, 0, false
		}
		n[i] = v
	}
	return n[0], n[1], true
}

// identifiers says whether list is words of letters, digits and hyphens with dots
// between. Where canonical is set a number must not begin with 0.
func identifiers(list string, canonical bool) bool {
	for word := range strings.SplitSeq(list, ".") {
		digits := true
		for i := range len(word) {
			c := word[i]
			switch {
			case '0' <= c && c <= '9':
			case c == '-' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
				digits = false
			default:
				return false
			}
		}
		if word == "" || canonical && digits && len(word) > 1 && word[0] == '0' {
			return false
		}
	}
	return true
}
