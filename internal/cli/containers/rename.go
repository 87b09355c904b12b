package containers

import (
	"fmt"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// What isle rename is for.
const (
	RenameOperands = "CONTAINER NAME"
	RenameAbout    = `Give a container another name.`
	RenameExample  = `isle rename web old-web`
)

// RenameFlags is the table of options of rename.
func RenameFlags() []getopt.Option { return []getopt.Option{verb.Help} }

func renameVerb() *verb.Verb {
	return newVerb("rename", RenameOperands, RenameAbout, RenameFlags(), 2, 2)
}

// Rename gives a container another name.
func Rename(prog string, args []string) int {
	return renameVerb().Main(prog, args, func(c *verb.Command) error {
		e, err := engine.Open()
		if err != nil {
			return err
		}
		o, err := e.Find(c.Words[0])
		if err == nil {
			err = e.Rename(o, c.Words[1])
		}
		if err != nil {
			return fmt.Errorf("rename %w", err)
		}
		return nil
	})
}
