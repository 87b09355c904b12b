package verb

import (
	"fmt"
	"os"
	"strings"

	"isle/internal/getopt"
)

// Member is a verb of a group, such as ls of isle volume.
type Member struct {
	getopt.Verb
	Run func(prog string, args []string) int
}

// MemberOf makes a member of a verb whose name has two words.
func MemberOf(v *Verb, short string, words func() []string, do func(*Command) error) Member {
	_, name, _ := strings.Cut(v.Name, " ")
	return Member{
		getopt.Verb{Name: name, Operands: v.Operands, Short: short, Options: v.Options, Words: words},
		func(prog string, args []string) int { return v.Main(prog, args, do) },
	}
}

// Group carries out the member of a group that the first word names.
func Group(prog, name, about string, members []Member, args []string) int {
	if len(args) > 0 {
		for _, m := range members {
			if m.Name == args[0] {
				return m.Run(prog+" "+args[0], args[1:])
			}
		}
	}
	var names []string
	for _, m := range members {
		names = append(names, m.Name)
	}
	v := Verb{Name: name, Operands: strings.Join(names, "|"), About: about, Options: []getopt.Option{Help}, Least: 1, Most: -1}
	c, err := v.Parse(prog, args)
	if err == nil {
		err = &getopt.Error{Text: fmt.Sprintf("there is no isle %s %s: %s are there", name, c.Words[0], strings.Join(names, ", "))}
	}
	if getopt.Exit(prog, err, os.Stdout, os.Stderr) == 0 {
		return 0
	}
	return 125
}

// Verbs are what help, completion and man pages say of the members.
func Verbs(members []Member) []getopt.Verb {
	var list []getopt.Verb
	for _, m := range members {
		list = append(list, m.Verb)
	}
	return list
}
