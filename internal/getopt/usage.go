package getopt

import (
	"strings"
	"unicode/utf8"
)

const (
	width  = 80 // of a line
	column = 30 // where the help of an option begins
)

// Usage is what --help prints: a synopsis with the operands, what the command is
// about, and the options under their headings. Paragraphs of about are separated
// by empty lines.
func Usage(prog, operands, about string, options []Option) Answer {
	var b strings.Builder
	b.WriteString("Usage: " + strings.TrimSpace(prog+" [OPTION...] "+operands) + "\n")
	for paragraph := range strings.SplitSeq(about, "\n\n") {
		b.WriteByte('\n')
		if strings.HasPrefix(paragraph, "  ") { // a table, which stays as it is
			b.WriteString(paragraph + "\n")
			continue
		}
		for _, line := range wrap(paragraph, width) {
			b.WriteString(line + "\n")
		}
	}
	group := "\x00"
	for i := range options {
		o := &options[i]
		if o.Help == "" {
			continue
		}
		if o.Group != group {
			group = o.Group
			b.WriteString("\n" + group + ":\n")
		}
		o.writeHelp(&b)
	}
	return Answer(b.String())
}

// writeHelp writes the label and the help beside it, or below it if the label
// is too wide.
func (o *Option) writeHelp(b *strings.Builder) {
	label := "  " + o.Label()
	if o.Short == 0 {
		label = "      " + o.Label()
	}
	for i, line := range wrap(o.Help, width-column) {
		switch {
		case i > 0:
			b.WriteString(strings.Repeat(" ", column))
		case utf8.RuneCountInString(label)+2 > column:
			b.WriteString(label + "\n" + strings.Repeat(" ", column))
		default:
			b.WriteString(label + strings.Repeat(" ", column-utf8.RuneCountInString(label)))
		}
		b.WriteString(line + "\n")
	}
}

// wrap breaks text into lines of at most n characters, if no word is longer.
func wrap(text string, n int) (lines []string) {
	line, length := "", 0
	for _, word := range strings.Fields(text) {
		l := utf8.RuneCountInString(word)
		if line != "" && length+1+l > n {
			lines = append(lines, line)
			line, length = "", 0
		}
		if line != "" {
			line, length = line+" ", length+1
		}
		line, length = line+word, length+l
	}
	return append(lines, line)
}
