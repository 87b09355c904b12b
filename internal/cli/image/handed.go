package image

import (
	"fmt"
	"os"

	"isle/internal/getopt"
	"isle/internal/image/store"
)

// Load brings images out of an archive into the store.
func Load(prog string, args []string) int { return syntaxOf("load").main(prog, args, nil) }

// Import makes an image out of the archive of a root file system.
func Import(prog string, args []string) int { return syntaxOf("import").main(prog, args, nil) }

// Save writes images into an archive.
func Save(prog string, args []string) int { return syntaxOf("save").main(prog, args, nil) }

// Pull fetches images from registries.
func Pull(prog string, args []string) int { return syntaxOf("pull").main(prog, args, nil) }

// Push sends an image to a registry.
func Push(prog string, args []string) int { return syntaxOf("push").main(prog, args, nil) }

// Login keeps credentials of a registry.
func Login(prog string, args []string) int { return syntaxOf("login").main(prog, args, nil) }

// Logout forgets them.
func Logout(prog string, args []string) int { return syntaxOf("logout").main(prog, args, nil) }

// Rmi removes images.
func Rmi(prog string, args []string) int { return syntaxOf("rmi").main(prog, args, nil) }

// SystemVerbs are those of isle system.
func SystemVerbs() []getopt.Verb {
	return []getopt.Verb{
		{Name: "df", Short: "Say how much disk the images take", Options: DfFlags()},
		{Name: "prune", Short: "Free what nobody needs", Options: PruneFlags()},
	}
}

// SystemFlags is the table of options of isle system itself.
func SystemFlags() []getopt.Option { return []getopt.Option{help} }

// System looks after the store.
func System(prog string, args []string) int {
	if len(args) > 0 {
		if s := syntaxOf("system " + args[0]); s != nil {
			return s.main(prog+" "+args[0], args[1:], nil)
		}
	}
	c, err := newSyntax("system", SystemOperands, SystemAbout, SystemFlags(), 1, -1).parse(prog, args)
	if err == nil {
		err = &getopt.Error{Text: fmt.Sprintf("'%s' is neither df nor prune", c.Words[0])}
	}
	return getopt.Exit(prog, err, os.Stdout, os.Stderr)
}

// Names are the names of the images here, for completion.
func Names() []string {
	s, err := store.Open("")
	if err != nil {
		return nil
	}
	list, _ := s.Images()
	var names []string
	for _, i := range list {
		names = append(names, i.Names...)
	}
	return names
}
