package containers

import (
	"errors"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
	"isle/internal/image/store"

	cli "isle/internal/cli/image"
)

// ImageMembers are those verbs of isle image that are not commands of isle's too.
func ImageMembers() []verb.Member {
	return []verb.Member{
		verb.MemberOf(newVerb("image exists", "IMAGE", "Say by the exit status whether an image is here: 0, or 1 if not.", []getopt.Option{verb.Help}, 1, 1), "Say whether an image is here", cli.Names, imageExists),
		verb.MemberOf(newVerb("image prune", "", cli.PruneAbout, cli.PruneFlags(), 0, 0), "Remove images that nobody needs", nil, imagePrune),
	}
}

func imageExists(c *verb.Command) error {
	e, err := engine.Open()
	if err == nil {
		_, err = e.Images.Find(c.Words[0])
	}
	if errors.Is(err, store.ErrUnknown) {
		return verb.Status(1)
	}
	return err
}

func imagePrune(c *verb.Command) error {
	words := []string{"system", "prune"}
	for _, option := range []string{"all", "force"} {
		if c.On(option) {
			words = append(words, "--"+option)
		}
	}
	return verb.Hand(imageHelper, words)
}
