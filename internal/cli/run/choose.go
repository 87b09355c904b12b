package run

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"isle/internal/getopt"
	"isle/internal/image/name"
	"isle/internal/image/store"
)

// isImage decides what the command is about: an option that only one of the two
// has says it, then "--" before a program, then the first operand.
func (l *line) isImage() (bool, error) {
	var island, container string
	for _, s := range l.given {
		switch inIsland, inContainer := l.ofIsland(s.name) != nil, l.ofContainer(s.name) != nil; {
		case !inContainer:
			island = s.name
		case !inIsland:
			container = s.name
		}
	}
	switch {
	case island != "" && container != "":
		return false, &getopt.Error{Text: fmt.Sprintf("--%s is for programs on an island, and --%s for containers of images", island, container)}
	case container != "":
		return true, nil
	case l.has("rootfs") || len(l.operands) == 0 || l.dashes:
		return false, nil
	case island != "":
		return false, checkProgram(l.operands[0], island)
	}
	image, err := meansImage(l.operands[0])
	l.guessed = image
	return image, err
}

func (l *line) has(name string) bool {
	return slices.ContainsFunc(l.given, func(s setting) bool { return s.name == name })
}

// checkProgram refuses an option of islands for what can only be meant as an image.
func checkProgram(word, option string) error {
	if isPath(word) || isProgram(word) {
		return nil
	}
	if here, err := imageHere(word); err != nil || !here {
		return nil // it fails as a program
	}
	return &getopt.Error{Text: fmt.Sprintf("--%s is for programs on an island, and %s is an image", option, word)}
}

// isPath says whether a word is plainly the path of a program.
func isPath(word string) bool {
	return strings.HasPrefix(word, "/") || strings.HasPrefix(word, "./") || strings.HasPrefix(word, "../")
}

func isProgram(word string) bool {
	_, err := exec.LookPath(word)
	return err == nil || errors.Is(err, exec.ErrDot)
}

// meansImage says whether a word is the name of an image and not of a program.
func meansImage(word string) (bool, error) {
	if isPath(word) {
		return false, nil
	}
	here, err := imageHere(word)
	program := isProgram(word)
	if err != nil || !here {
		_, bad := name.Parse(word)
		return !program && bad == nil, err
	}
	if program {
		fmt.Fprintf(os.Stderr, "isle: note: %s is an image here; isle run -- %s runs the program\n", word, word)
	}
	return true, nil
}

// imageHere says whether an image is here. Most words are no image's name, which
// the list tells without being taken apart.
func imageHere(word string) (bool, error) {
	s, err := store.Open("")
	if err != nil {
		return false, nil // there is no home: then there are no images either
	}
	list, err := os.ReadFile(s.Path("index.json"))
	if err != nil {
		return false, nil // none has been fetched
	}
	bare, _, _ := strings.Cut(word[strings.LastIndexByte(word, '/')+1:], "@") // names are written down in full
	bare, _, _ = strings.Cut(bare, ":")
	if !bytes.Contains(list, []byte(bare)) && !name.IsHex(word, 3, 64) {
		return false, nil
	}
	_, err = s.Find(word)
	if errors.Is(err, store.ErrUnknown) {
		return false, nil
	}
	return err == nil, err
}
