package review

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"isle/internal/review"
)

// dialogue asks a person what is to become of the changes.
type dialogue struct {
	r       *review.Review
	changes []*review.Change
	special bool
	in      *bufio.Reader
	out     *os.File
}

func newDialogue(r *review.Review, changes []*review.Change, e Ending) *dialogue {
	return &dialogue{r: r, changes: changes, special: e.Special, in: bufio.NewReader(os.Stdin), out: os.Stderr}
}

const question = "Apply them? [a]ll, [s]ome WHICH..., [d]iff [WHICH...], [k]eep [NAME], [n]one (drop them), [?]: "

const explanation = `  a              apply all changes to the real files
  s WHICH...     apply some: numbers (3), ranges (5-8) and patterns (*.c, /etc/*)
  d [WHICH...]   show what is different, in all or some
  l              list them again
  k [NAME]       keep them for later, under a name
  n              apply none: drop them
`

// ask asks until the changes are applied, kept or dropped. At the end of input
// they are kept.
func (d *dialogue) ask() error {
	for {
		fmt.Fprint(d.out, question)
		text, err := d.in.ReadString('\n')
		words := strings.Fields(text)
		if err != nil && len(words) == 0 {
			fmt.Fprintln(d.out)
			kept(d.r)
			if err == io.EOF {
				err = nil
			}
			return err
		}
		if len(words) == 0 {
			continue
		}
		done, err := d.answer(words[0], words[1:])
		if done {
			return err
		}
		if err != nil {
			fmt.Fprintf(d.out, "%s\n", safeLine(err.Error()))
		}
	}
}

// answer does what one line says. done ends the dialogue.
func (d *dialogue) answer(word string, rest []string) (done bool, err error) {
	switch word {
	case "a", "all":
		return d.apply(d.changes)
	case "s", "some":
		if len(rest) == 0 {
			return false, errors.New("s takes numbers, ranges or patterns, as in: s 1 3-5 *.c")
		}
		list, err := pick(d.changes, rest)
		if err != nil {
			return false, err
		}
		return d.apply(list)
	case "d", "diff":
		list, err := pick(d.changes, rest)
		if err == nil {
			err = writeDiffs(d.out, d.r, list)
		}
		return false, err
	case "l", "list":
		return false, writeList(d.out, d.changes)
	case "k", "keep":
		if len(rest) > 0 && rest[0] != d.r.Name {
			if err := d.r.Rename(rest[0]); err != nil {
				return false, err
			}
		}
		kept(d.r)
		return true, nil
	case "n", "none":
		return true, d.r.Drop()
	}
	fmt.Fprint(d.out, explanation)
	return false, nil
}

func (d *dialogue) apply(list []*review.Change) (done bool, err error) {
	outcomes, err := d.r.Apply(d.changes, list, review.Options{Special: d.special})
	if err != nil {
		return false, err
	}
	writeOutcomes(d.out, outcomes)
	if d.changes, err = dropIfDone(d.r); err != nil || len(d.changes) == 0 {
		return true, err
	}
	return false, writeList(d.out, d.changes)
}

// pick chooses changes by their numbers in the list, ranges of them, and
// patterns; all if there is no word.
func pick(changes []*review.Change, words []string) ([]*review.Change, error) {
	if len(words) == 0 {
		return changes, nil
	}
	chosen := make(map[*review.Change]bool)
	for _, word := range words {
		first, last, ok := numbers(word)
		switch {
		case !ok:
			list, err := review.Selection(changes, []string{word})
			if err != nil {
				return nil, err
			}
			if len(list) == 0 {
				return nil, fmt.Errorf("no change matches %s", word)
			}
			for _, c := range list {
				chosen[c] = true
			}
		case first < 1 || last > len(changes) || first > last:
			return nil, fmt.Errorf("there is no change %s: they have the numbers 1 to %d", word, len(changes))
		default:
			for _, c := range changes[first-1 : last] {
				chosen[c] = true
			}
		}
	}
	var list []*review.Change
	for _, c := range changes {
		if chosen[c] {
			list = append(list, c)
		}
	}
	return list, nil
}

// numbers reads "3" or "5-8".
func numbers(word string) (first, last int, ok bool) {
	a, b, isRange := strings.Cut(word, "-")
	if !isRange {
		b = a
	}
	first, err := strconv.Atoi(a)
	last, err2 := strconv.Atoi(b)
	return first, last, err == nil && err2 == nil
}
