package main

import (
	"strings"

	"isle/internal/cli"
)

// frontPage returns isle(1): what isle is and which commands there are.
func frontPage(commands []cli.Command) []byte {
	p := &page{}
	p.macro("TH", "ISLE", "1", "", "isle", "User Commands")
	p.macro("SH", "NAME")
	p.text(`isle \- ` + escape(cli.Short))
	p.macro("SH", "SYNOPSIS")
	p.text(bold("isle") + " " + italic("COMMAND") + " [" + italic("OPTION") + "...] [" + italic("ARGUMENT") + "...]")
	p.macro("SH", "DESCRIPTION")
	p.paragraphs(cli.About)
	p.macro("SH", "COMMANDS")
	for _, c := range commands {
		p.macro("TP")
		p.text(bold("isle-"+c.Name) + "(1)")
		p.text(escape(c.Short) + ".")
	}
	p.macro("SH", "SEE ALSO")
	p.text(bold("namespaces") + "(7), " + bold("user_namespaces") + "(7), " + bold("unshare") + "(1), " + bold("nsenter") + "(1)")
	return []byte(p.b.String())
}

// commandPage returns the page of a command.
func commandPage(c cli.Command) []byte {
	p := &page{}
	p.macro("TH", "ISLE-"+strings.ToUpper(c.Name), "1", "", "isle", "User Commands")
	p.macro("SH", "NAME")
	p.text(`isle\-` + escape(c.Name) + ` \- ` + escape(c.Short))
	p.macro("SH", "SYNOPSIS")
	p.text(bold("isle "+c.Name) + " [" + italic("OPTION") + "...] " + escape(c.Operands))
	p.macro("SH", "DESCRIPTION")
	p.paragraphs(c.Long)
	p.macro("SH", "OPTIONS")
	p.options(c.Options())
	if c.Verbs != nil {
		p.verbs(c)
	}
	if c.Example != "" {
		p.macro("SH", "EXAMPLES")
		p.verbatim(c.Example)
	}
	p.macro("SH", "SEE ALSO")
	p.text(bold("isle") + "(1), " + bold("namespaces") + "(7)")
	return []byte(p.b.String())
}

// verbs writes the commands of a command's own.
func (p *page) verbs(c cli.Command) {
	p.macro("SH", "VERBS")
	for _, v := range c.Verbs() {
		p.macro("SS", "isle "+c.Name+" "+v.Name+" [OPTION...] "+v.Operands)
		p.text(escape(v.Short) + ".")
		for _, o := range v.Options() {
			if o.Help != "" && o.Long != "help" {
				p.macro("TP")
				p.text(term(o))
				p.text(escape(o.Help) + ".")
			}
		}
	}
}
