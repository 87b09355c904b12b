package review

import (
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"isle/internal/cli/parent"
	"isle/internal/review"
	"isle/internal/table"
)

// Ending says what becomes of the changes when the program has ended. With none
// of Yes and Discard a person at the terminal is asked, and without a terminal
// they are kept.
type Ending struct {
	Yes, Discard, JSON, Special bool
}

const endWord = "end"

// End is what isle run does when the program has ended. It says what failed
// itself, for the exit status is the program's.
func End(prog string, r *review.Review, store *review.Store, e Ending) {
	if len(r.Users) == 0 {
		if err := e.end(r); err != nil {
			parent.Classic.Report(prog, err)
		}
		r.Close()
		return
	}
	r.Close()
	words := []string{endWord, r.Name}
	for word, on := range map[string]bool{"yes": e.Yes, "discard": e.Discard, "json": e.JSON, "special": e.Special} {
		if on {
			words = append(words, word)
		}
	}
	goInside(prog, r, store, words)
}

// endInside is End in the user namespace.
func endInside(store *review.Store, words []string) int {
	if len(words) == 0 {
		return 1
	}
	has := func(word string) bool { return slices.Contains(words[1:], word) }
	r, err := store.Open(words[0])
	if err == nil {
		defer r.Close()
		err = Ending{has("yes"), has("discard"), has("json"), has("special")}.end(r)
	}
	if err != nil {
		return parent.Classic.Report("isle", err)
	}
	return 0
}

func (e Ending) end(r *review.Review) error {
	changes, err := r.Changes()
	if err != nil {
		return fmt.Errorf("%w (the changes are kept: isle review show %s)", err, r.Name)
	}
	if e.JSON {
		if err := writeReport(os.Stdout, r, changes); err != nil {
			return err
		}
	}
	if len(changes) == 0 {
		fmt.Fprintln(os.Stderr, "isle: nothing was changed")
		return r.Drop()
	}
	ask := term.IsTerminal(0) && term.IsTerminal(2) && !e.Discard && !e.Yes
	if ask {
		calm()
	}
	if !e.JSON {
		fmt.Fprintf(os.Stderr, "isle: %s changed:\n", table.Safe(program(r)))
		if err := writeList(os.Stderr, changes); err != nil {
			return err
		}
	}
	switch {
	case e.Discard:
		return r.Drop()
	case e.Yes:
		return e.all(r, changes)
	case ask:
		return newDialogue(r, changes, e).ask()
	}
	kept(r)
	return nil
}

// calm takes back what the program may have done to the terminal to hide or
// forge what is printed next (DECSTR, SGR and SI of a VT100), and forgets what was
// typed before the question, be it by the program's way of asking the terminal.
func calm() {
	fmt.Fprint(os.Stderr, "\x1b[!p\x1b[m\x0f")
	unix.IoctlSetInt(0, unix.TCFLSH, unix.TCIFLUSH)
}

func program(r *review.Review) string {
	if len(r.Command) == 0 {
		return "the program"
	}
	return r.Command[0]
}

// all applies all changes, and keeps those that are refused.
func (e Ending) all(r *review.Review, changes []*review.Change) error {
	outcomes, err := r.Apply(changes, changes, review.Options{Special: e.Special})
	if err != nil {
		return err
	}
	writeOutcomes(os.Stderr, outcomes)
	left, err := dropIfDone(r)
	if len(left) > 0 {
		kept(r)
	}
	return err
}

// kept says how to go on.
func kept(r *review.Review) {
	fmt.Fprintf(os.Stderr, "isle: the changes are kept: isle review show %[1]s, isle review apply %[1]s, isle review drop %[1]s\n", r.Name)
}
