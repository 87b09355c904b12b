package main

import (
	"os/exec"
	"strings"
	"testing"

	"isle/internal/cli"
	"isle/internal/getopt"
)

// sample has an option of every kind and text that roff would read as its own.
var sample = cli.Command{
	Name:     "sample",
	Operands: "[PROGRAM [ARG...]]",
	Short:    "Show what there is",
	Long:     "A back\\slash and\n.dots and\n'quotes.\n\n    shown  as it\n    stands\n\nThe end.",
	Example:  "# comment\nisle sample --mount=\"x\" -- sh -c 'echo $HOME'\n.hidden",
	Options: func() []getopt.Option {
		return []getopt.Option{
			{Long: "mount", Short: 'm', Arg: getopt.Optional, BareShort: true, ArgName: "FILE", Group: "Namespaces", Help: "a new mount namespace"},
			{Long: "map-user", Arg: getopt.Required, ArgName: "UID", Group: "Namespaces", Help: "map it"},
			{Short: 'F', Arg: getopt.Required, ArgName: "N", Group: "Other \"things\"", Help: "only short"},
			{Long: "fork", Short: 'f', Group: "Other \"things\"", Help: "fork first"},
			{Long: "unseen", Group: "Unseen"},
		}
	},
}

func TestCommandPage(t *testing.T) {
	page := string(commandPage(sample))
	for _, want := range []string{
		`.TH "ISLE\-SAMPLE" "1"`,
		`isle\-sample \- Show what there is`,
		"back\\eslash and\n\\&.dots and\n\\&'quotes.",
		".EX\n    shown  as it\n    stands\n.EE",
		`.SS "Other \(dqthings\(dq"`,
		`\fB\-m\fR, \fB\-\-mount\fR[=\fIFILE\fR]`,
		`\fB\-\-map\-user\fR=\fIUID\fR`,
		`\fB\-F\fR \fIN\fR`,
		`\fB\-f\fR, \fB\-\-fork\fR` + "\n",
		"\\&.hidden",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q:\n%s", want, page)
		}
	}
	if strings.Contains(strings.ToLower(page), "unseen") {
		t.Errorf("the page shows an option that help leaves out:\n%s", page)
	}
}

// TestPagesRender lets groff read the pages and complain.
func TestPagesRender(t *testing.T) {
	if _, err := exec.LookPath("groff"); err != nil {
		t.Skip("no groff on this machine")
	}
	pages := map[string][]byte{"sample": commandPage(sample), "isle": frontPage(cli.Commands())}
	for _, c := range cli.Commands() {
		pages[c.Name] = commandPage(c)
	}
	for name, page := range pages {
		cmd := exec.Command("groff", "-man", "-Tutf8", "-ww", "-z")
		cmd.Stdin = strings.NewReader(string(page))
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("groff reads the page of %s: %v\n%s", name, err, out)
		}
	}
}
