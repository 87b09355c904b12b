package plan

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"isle/internal/program"
)

// Form is a way to show a plan.
type Form string

// The forms.
const (
	Steps    Form = "steps"
	Shell    Form = "shell"
	Syscalls Form = "syscalls"
	JSON     Form = "json"
)

// ParseForm returns the form of that name; an empty name stands for Steps.
func ParseForm(name string) (Form, error) {
	switch f := Form(name); f {
	case "":
		return Steps, nil
	case Steps, Shell, Syscalls, JSON:
		return f, nil
	}
	return "", fmt.Errorf("unknown form %q of a dry run: it is one of steps, shell, syscalls, json", name)
}

// Show writes the plan in the given form. It does nothing of the plan.
func (p *Plan) Show(w io.Writer, f Form) error {
	switch f {
	case Shell:
		_, err := io.WriteString(w, p.Script())
		return err
	case Syscalls:
		return p.showSyscalls(w)
	case JSON:
		return p.showJSON(w)
	}
	for n, s := range p.Steps {
		if _, err := fmt.Fprintf(w, "%2d. %s\n", n+1, oneLine(s.Words())); err != nil {
			return err
		}
	}
	return nil
}

// oneLine is text without what would end the line, or be taken by a terminal
// for a command to it: such characters appear as Go writes them.
func oneLine(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
	}
	return b.String()
}

// Script is the plan as a shell script.
func (p *Plan) Script() string {
	sh := newScript()
	for _, s := range p.Steps {
		s.Shell(sh)
	}
	return sh.String()
}

// show lowers the plan for a reader, with made-up descriptors and pid.
func (p *Plan) show() *Lowering {
	if p.InPlace {
		return p.LowerInPlace("PID", [2]int{-1, -1}, Relay{Report: -1, Self: -1})
	}
	return p.Lower(nil)
}

func (p *Plan) showSyscalls(w io.Writer) error {
	l := p.show()
	if !p.InPlace {
		flags := l.Flags | program.CloneFlags[8].Bit
		if l.Copy {
			flags = l.Flags
		}
		fmt.Fprintf(w, "clone3({flags=%s}), whose child does:\n", program.FlagNames(flags, program.CloneFlags))
	}
	err := p.showProgram(w, l.Builder)
	switch {
	case err != nil:
		return err
	case l.shed != nil:
		fmt.Fprintln(w, "# the file in memory, executed by the above:")
		err = p.showProgram(w, l.Inner)
	case l.Inner != nil:
		fmt.Fprintln(w, "# the init, executed by the above:")
		err = l.Inner.Listing(w)
	}
	if err != nil {
		return err
	}
	return p.showParts(w, l)
}

// showProgram writes a program under the words of its steps.
func (p *Plan) showProgram(w io.Writer, b *program.Builder) error {
	step := -1
	for n := 0; n < b.Len(); n++ {
		if i := b.Instr(n); i.Step != step {
			step = i.Step
			fmt.Fprintf(w, "# %s\n", oneLine(p.Steps[step].Words()))
		}
		if _, err := io.WriteString(w, b.ListingLine(n)); err != nil {
			return err
		}
	}
	return nil
}

func (p *Plan) showParts(w io.Writer, l *Lowering) error {
	for n, part := range l.Parts {
		fmt.Fprintf(w, "# part %d, done from outside: %s\n", n, oneLine(p.Steps[part.Step].Words()))
		if part.Add == nil { // isle's own doing
			continue
		}
		b := outsideBuilder()
		part.Add(b.Builder, "PID")
		b.finish()
		if err := b.Listing(w); err != nil {
			return err
		}
	}
	return nil
}

// stepJSON is a step in the JSON form. The schema's number grows when a
// meaning changes; fields may be added without.
type stepJSON struct {
	Step     int      `json:"step"`
	Words    string   `json:"words"`
	Op       string   `json:"op"`
	Kinds    []string `json:"namespaces,omitempty"`
	Syscalls []string `json:"syscalls"`
}

type planJSON struct {
	Schema  int        `json:"schema"`
	InPlace bool       `json:"inPlace"`
	Clone   string     `json:"clone,omitempty"`
	Steps   []stepJSON `json:"steps"`
	Shell   string     `json:"shell"`
}

func (p *Plan) showJSON(w io.Writer) error {
	l := p.show()
	out := planJSON{Schema: 1, InPlace: p.InPlace, Shell: p.Script()}
	if !p.InPlace {
		out.Clone = program.FlagNames(l.Flags, program.CloneFlags)
	}
	for n, s := range p.Steps {
		j := stepJSON{Step: n + 1, Words: s.Words(), Op: string(s.Facts().Op), Syscalls: []string{}}
		for _, k := range s.Facts().Kinds.Kinds() {
			j.Kinds = append(j.Kinds, k.String())
		}
		out.Steps = append(out.Steps, j)
	}
	programs := []*program.Builder{l.Builder}
	if l.shed != nil {
		programs = append(programs, l.Inner)
	}
	for _, b := range programs {
		for n := 0; n < b.Len(); n++ {
			s := &out.Steps[b.Instr(n).Step]
			s.Syscalls = append(s.Syscalls, b.Line(n))
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}
