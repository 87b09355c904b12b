package main

import (
	"fmt"
	"strings"
)

// page is a man page in the making, in the macros of man(7).
type page struct{ b strings.Builder }

// macro writes a line with a macro and its quoted arguments.
func (p *page) macro(name string, args ...string) {
	p.b.WriteString("." + name)
	for _, arg := range args {
		fmt.Fprintf(&p.b, ` "%s"`, strings.ReplaceAll(escape(arg), `"`, `\(dq`))
	}
	p.b.WriteString("\n")
}

// text writes lines of running text, which the caller has escaped.
func (p *page) text(s string) {
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\n")
		// A line that begins with a control character would be a macro.
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			line = `\&` + line
		}
		p.b.WriteString(line + "\n")
	}
}

// paragraphs writes text whose paragraphs are separated by empty lines; a
// paragraph whose first line is indented is shown as it stands.
func (p *page) paragraphs(s string) {
	for i, par := range strings.Split(strings.Trim(s, "\n"), "\n\n") {
		if i > 0 {
			p.macro("PP")
		}
		if strings.HasPrefix(par, " ") || strings.HasPrefix(par, "\t") {
			p.verbatim(par)
			continue
		}
		p.text(escape(par))
	}
}

// verbatim writes text in which line ends and spaces count.
func (p *page) verbatim(s string) {
	p.macro("EX")
	p.text(escape(strings.Trim(s, "\n")))
	p.macro("EE")
}

var escapes = strings.NewReplacer(`\`, `\e`, `-`, `\-`, "`", `\(ga`, `^`, `\(ha`, `~`, `\(ti`)

// escape makes the characters that roff reads or prettifies stand for themselves.
func escape(s string) string { return escapes.Replace(s) }

func bold(s string) string   { return `\fB` + escape(s) + `\fR` }
func italic(s string) string { return `\fI` + escape(s) + `\fR` }
