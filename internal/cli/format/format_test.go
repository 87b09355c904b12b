package format

import (
	"strings"
	"testing"
)

func TestRender(t *testing.T) {
	type row struct {
		Name  string
		Sizes []int64
	}
	rows := []row{{"short", []int64{1000}}, {"much longer", nil}}
	for text, want := range map[string]string{
		`{{.Name}}`:                                          "short\nmuch longer\n",
		`{{upper .Name}}\t{{len .Sizes}}`:                    "SHORT\t1\nMUCH LONGER\t0\n",
		`table {{.Name}}\t{{len .Sizes}}`:                    "NAME         SIZES\nshort        1\nmuch longer  0\n",
		`{{json .Sizes}}`:                                    "[1000]\nnull\n",
		`{{range .Sizes}}{{size .}}{{end}}`:                  "1 kB\n\n",
		`{{if .Sizes}}{{join (split .Name "o") "0"}}{{end}}`: "sh0rt\n\n",
	} {
		var b strings.Builder
		if err := Render(&b, text, rows); err != nil || b.String() != want {
			t.Errorf("%s: %q, %v; want %q", text, b.String(), err, want)
		}
	}
	for _, text := range []string{`{{`, `{{.Colour}}`, `{{nosuch .Name}}`} {
		if err := Render(&strings.Builder{}, text, rows); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}
