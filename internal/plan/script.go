package plan

import "strings"

// Script is a plan as a person would type it: commands, each of which runs the
// rest of the script inside what it makes. It uses util-linux, coreutils and
// ip only.
type Script struct {
	levels []level
	outer  []string // what is done from outside to $pid while the process waits
}

// level is a wrapper such as unshare or nsenter and the lines run inside it.
type level struct {
	wrapper []string
	lines   []string
	waits   bool // the rest of the script waits for outer here
}

func newScript() *Script { return &Script{levels: []level{{}}} }

func (s *Script) last() *level { return &s.levels[len(s.levels)-1] }

// Line adds a line of shell to what runs at this point.
func (s *Script) Line(line string) { s.last().lines = append(s.last().lines, line) }

// Comment adds a note. No line of text that comes from elsewhere may end it.
func (s *Script) Comment(text string) { s.Line("# " + oneLine(text)) }

// Command adds a command, its words quoted as needed.
func (s *Script) Command(words ...string) { s.Line(Quote(words...)) }

// Wrap makes the rest of the script run inside a command.
func (s *Script) Wrap(words ...string) { s.levels = append(s.levels, level{wrapper: words}) }

// Option adds options to the last wrapper.
func (s *Script) Option(words ...string) { s.last().wrapper = append(s.last().wrapper, words...) }

// Enter adds options to the last nsenter, which other wrappers may follow.
func (s *Script) Enter(words ...string) {
	for n := len(s.levels) - 1; n > 0; n-- {
		if l := &s.levels[n]; l.wrapper[0] == "nsenter" {
			l.wrapper = append(l.wrapper, words...)
			return
		}
	}
	s.Wrap(append([]string{"nsenter"}, words...)...)
}

// OptionOf adds options to the wrapper that runs the given tool, if there is one.
func (s *Script) OptionOf(tool string, words ...string) {
	for i := range s.levels {
		if l := &s.levels[i]; len(l.wrapper) > 0 && l.wrapper[0] == tool {
			l.wrapper = append(l.wrapper, words...)
			return
		}
	}
}

// Outside adds a line that is run outside of the last wrapper, where $pid is
// the process's pid, while the process waits.
func (s *Script) Outside(line string) {
	s.last().waits = true
	s.outer = append(s.outer, line)
}

// Exec adds the program at the end.
func (s *Script) Exec(words ...string) {
	if strings.HasPrefix(words[0], "-") {
		words = append([]string{"--"}, words...)
	}
	if l := s.last(); len(s.levels) > 1 && len(l.lines) == 0 && !l.waits {
		l.wrapper = append(l.wrapper, words...)
		return
	}
	s.Line("exec " + Quote(words...))
}

// String is the whole script.
func (s *Script) String() string { return "set -eu\n" + s.render(0) }

func (s *Script) render(n int) string {
	l := s.levels[n]
	var b strings.Builder
	for _, line := range l.lines {
		b.WriteString(line + "\n")
	}
	if n+1 == len(s.levels) {
		return b.String()
	}
	next := s.levels[n+1]
	command := Quote(next.wrapper...)
	inner := s.render(n + 1)
	switch {
	case next.waits:
		b.WriteString(s.background(command, inner))
	case inner == "":
		b.WriteString("exec " + command + "\n")
	default:
		b.WriteString("exec " + command + " sh -euc " + Quote("\n"+inner) + "\n")
	}
	return b.String()
}

// background runs the wrapper beside this shell, which does what is to be done
// from outside while the process waits for it at a named pipe.
func (s *Script) background(command, inner string) string {
	inner = "echo >\"$0/up\"; read -r _ <\"$0/go\"\n" + inner
	return strings.Join([]string{
		`d=$(mktemp -d); mkfifo "$d/up" "$d/go"`,
		`exec 3<&0`,
		command + " sh -euc " + Quote("\n"+inner) + ` "$d" <&3 3<&- &`,
		`pid=$!`,
		`read -r _ <"$d/up"`,
		strings.Join(s.outer, "\n"),
		`echo >"$d/go"`,
		`rm -r "$d"`,
		`wait "$pid"`,
		"",
	}, "\n")
}

// Quote joins words to a line of shell that means just them.
func Quote(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quoteWord(w)
	}
	return strings.Join(quoted, " ")
}

const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,+@%^="

func quoteWord(w string) string {
	if w != "" && strings.Trim(w, plain) == "" {
		return w
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}
