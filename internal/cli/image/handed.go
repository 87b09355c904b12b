package image

import "isle/internal/image/store"

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
