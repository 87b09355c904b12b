package getopt

import "strings"

// Order says what follows an operand.
type Order uint8

// The orders. Permute is what GNU tools do by default; Stop is for commands
// whose operands are another command, and what POSIX wants.
const (
	Stop    Order = iota // operands only
	Permute              // options as well, until a "--"
)

// Take is told of an option by its index in the table, and of its argument.
// An argument can be given and empty: --mount= is not --mount.
type Take func(option int, arg string, given bool) error

// Parse goes through the words of a command line after the command's name,
// calls take for each option in the order given, and returns the operands. It
// stops at the first error: an [*Error] of its own or whatever take returns.
func Parse(options []Option, args []string, order Order, take Take) (operands []string, err error) {
	p := parser{options, args, take}
	for len(p.args) > 0 {
		word, _ := p.next()
		switch {
		case word == "--":
			return append(operands, p.args...), nil
		case len(word) < 2 || word[0] != '-':
			operands = append(operands, word)
			if order == Stop {
				return append(operands, p.args...), nil
			}
		case word[1] == '-':
			err = p.long(word[2:])
		default:
			err = p.cluster(word[1:])
		}
		if err != nil {
			return nil, err
		}
	}
	return operands, nil
}

// parser is a command line that is being read.
type parser struct {
	options []Option
	args    []string // the words left
	take    Take
}

// next takes the next word, if there is one.
func (p *parser) next() (word string, ok bool) {
	if len(p.args) == 0 {
		return "", false
	}
	word, p.args = p.args[0], p.args[1:]
	return word, true
}

// cluster reads short options that share a word, the last of which may have its
// argument there too.
func (p *parser) cluster(letters string) error {
	for letters != "" {
		letter := letters[:1]
		i := p.findShort(letter[0])
		if i < 0 {
			return &Error{"invalid option -- '" + letter + "'"}
		}
		letters = letters[1:]
		arg, given := letters, letters != ""
		switch p.options[i].shortArg() {
		case None:
			if err := p.take(i, "", false); err != nil {
				return err
			}
			continue
		case Required:
			if !given {
				arg, given = p.next()
			}
			if !given {
				return &Error{"option requires an argument -- '" + letter + "'"}
			}
		}
		return p.take(i, arg, given)
	}
	return nil
}

// long reads a long option, its argument after an equals sign or, if it is
// required, in the next word.
func (p *parser) long(word string) error {
	name, arg, given := strings.Cut(word, "=")
	i, err := p.findLong(name, word)
	if err != nil {
		return err
	}
	o := &p.options[i]
	if given && o.Arg == None {
		return &Error{"option '--" + o.Long + "' doesn't allow an argument"}
	}
	if !given && o.Arg == Required {
		if arg, given = p.next(); !given {
			return &Error{"option '--" + o.Long + "' requires an argument"}
		}
	}
	return p.take(i, arg, given)
}
