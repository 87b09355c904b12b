package main

import (
	"bytes"

	"github.com/spf13/cobra"

	"isle/internal/cli"
)

// completions are the scripts of each shell: cobra writes them, and they ask
// isle, which answers as a program made with cobra would.
func completions() (map[string][]byte, error) {
	root := &cobra.Command{Use: "isle", Short: cli.Short}
	out := map[string][]byte{}
	for shell, generate := range map[string]func(b *bytes.Buffer) error{
		"bash": func(b *bytes.Buffer) error { return root.GenBashCompletionV2(b, true) },
		"zsh":  func(b *bytes.Buffer) error { return root.GenZshCompletion(b) },
		"fish": func(b *bytes.Buffer) error { return root.GenFishCompletion(b, true) },
	} {
		var b bytes.Buffer
		if err := generate(&b); err != nil {
			return nil, err
		}
		out["internal/cli/completions/isle."+shell] = b.Bytes()
	}
	return out, nil
}
