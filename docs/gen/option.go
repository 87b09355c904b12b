package main

import "isle/internal/getopt"

// options writes the options under their headings, less those that help leaves out.
func (p *page) options(options []getopt.Option) {
	group := ""
	for _, o := range options {
		if o.Help == "" {
			continue
		}
		if o.Group != group {
			group = o.Group
			p.macro("SS", group)
		}
		p.macro("TP")
		p.text(term(o))
		p.text(escape(o.Help) + ".")
	}
}

// term returns an option's names and argument as man pages set them: names
// bold, the argument italic, an equals sign only after a long name.
func term(o getopt.Option) string {
	short, long := "", ""
	if o.Short != 0 {
		short = bold("-" + string(rune(o.Short)))
	}
	if o.Long != "" {
		long = bold("--" + o.Long)
	}
	switch {
	case long == "":
		return short + argument(o, " ", "")
	case short == "":
		return long + argument(o, "=", "=")
	}
	return short + ", " + long + argument(o, "=", "=")
}

// argument returns the option's argument behind the sign that joins it to the name.
func argument(o getopt.Option, required, optional string) string {
	switch o.Arg {
	case getopt.Required:
		return required + italic(o.ArgName)
	case getopt.Optional:
		return "[" + optional + italic(o.ArgName) + "]"
	}
	return ""
}
