package docs

import (
	"fmt"
	"regexp"
	"strings"
)

// anyLines is the line that stands for any number of lines; inside a line the
// same dots stand for any text.
const anyLines = "..."

var placeholder = regexp.MustCompile(`\.\.\.|<[a-z]+>`)

// Numbers holds what the placeholders of a block stand for: <name> to digits.
type Numbers map[string]string

// Match compares printed lines with wanted ones and returns an error that names
// the first wanted line that was not found, or nil. Names that it meets for the
// first time are added to numbers, unless it fails.
func Match(want, got []string, numbers Numbers) error {
	m := matcher{numbers: numbers, want: trim(want), got: trim(got)}
	if m.from(0, 0) {
		return nil
	}
	if m.furthest < len(m.want) {
		return fmt.Errorf("wanted %q is not in what was printed:\n%s", m.want[m.furthest], strings.Join(m.got, "\n"))
	}
	return fmt.Errorf("more was printed than wanted:\n%s", strings.Join(m.got, "\n"))
}

type matcher struct {
	want, got []string
	numbers   Numbers
	furthest  int // the most wanted lines ever matched from the start
	steps     int
}

// maxSteps bounds the search, which is exponential in the number of lines of
// dots; an example that comes near it needs more words and fewer dots.
const maxSteps = 10_000

// from says whether the wanted lines from w on match the printed ones from g on.
func (m *matcher) from(w, g int) bool {
	m.furthest = max(m.furthest, w)
	if m.steps++; m.steps > maxSteps {
		return false
	}
	if w == len(m.want) {
		return g == len(m.got)
	}
	if m.want[w] == anyLines {
		return m.from(w+1, g) || g < len(m.got) && m.from(w, g+1)
	}
	if g == len(m.got) {
		return false
	}
	added, ok := m.line(m.want[w], m.got[g])
	if ok && m.from(w+1, g+1) {
		return true
	}
	for _, name := range added {
		delete(m.numbers, name)
	}
	return false
}

// line says whether a printed line is as wanted, and which names it added.
func (m *matcher) line(want, got string) (added []string, ok bool) {
	pattern, names := m.pattern(want)
	found := pattern.FindStringSubmatch(got)
	if found == nil {
		return nil, false
	}
	seen := Numbers{}
	for i, name := range names {
		if first, twice := seen[name]; twice && first != found[i+1] {
			return nil, false
		}
		seen[name] = found[i+1]
	}
	for name, number := range seen {
		m.numbers[name] = number
		added = append(added, name)
	}
	return added, true
}

// pattern turns a wanted line into a regular expression whose groups are the
// names that have no number yet.
func (m *matcher) pattern(want string) (*regexp.Regexp, []string) {
	var b strings.Builder
	var names []string
	end := 0
	for _, at := range placeholder.FindAllStringIndex(want, -1) {
		b.WriteString(regexp.QuoteMeta(want[end:at[0]]))
		end = at[1]
		switch mark := want[at[0]:at[1]]; {
		case mark == anyLines:
			b.WriteString(".*?")
		case mark == "<n>":
			b.WriteString("[0-9]+")
		case m.numbers[mark] != "":
			b.WriteString(m.numbers[mark])
		default:
			b.WriteString("([0-9]+)")
			names = append(names, mark)
		}
	}
	b.WriteString(regexp.QuoteMeta(want[end:]))
	return regexp.MustCompile("^(?s:" + b.String() + ")$"), names
}

// trim takes white space from the ends of lines, and empty lines from the end.
// What is no UTF-8 becomes the replacement character, as regexp wants it.
func trim(lines []string) []string {
	trimmed := make([]string, len(lines))
	for i, line := range lines {
		trimmed[i] = strings.TrimRight(strings.ToValidUTF8(line, "\uFFFD"), " \t\r")
	}
	for len(trimmed) > 0 && trimmed[len(trimmed)-1] == "" {
		trimmed = trimmed[:len(trimmed)-1]
	}
	return trimmed
}
