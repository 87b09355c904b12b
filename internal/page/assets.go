package page

import (
	"embed"
	"strings"
)

//go:embed css/*.css js/*.js page.html
var assets embed.FS

// The files of the page, in the order in which they follow each other. The
// scripts are one module, so that a function of one is known to all; only what
// runs at once minds the order.
var (
	styles  = [...]string{"colours", "frame", "picture", "panel", "list", "small"}
	scripts = [...]string{
		"element", "announce", "model", "patch", "picture", "zoom", "pointer", "match", "search", "filter", "keyboard",
		"panel", "facts", "detail", "namespace", "list", "snapshot", "live", "theme", "start",
	}
)

// Style is the page's style sheet.
func Style() string { return joined("css/", styles[:], ".css") }

// Script is the page's module.
func Script() string { return joined("js/", scripts[:], ".js") }

// Theme is the script that sets the colours, before anything is painted in others.
func Theme() string { return file("js/early.js") }

// joined is files behind each other.
func joined(folder string, names []string, ending string) string {
	var b strings.Builder
	for _, name := range names {
		b.WriteString(file(folder + name + ending))
	}
	return b.String()
}

// file is an embedded file, which is there or isle would not have been built:
// a test reads them all.
func file(name string) string {
	text, err := assets.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(text)
}
