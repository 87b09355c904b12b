package filter

import (
	"errors"
	"strings"
	"testing"
)

func TestSyntaxErrors(t *testing.T) {
	for text, want := range map[string]string{
		``:                      `unexpected end at column 1`,
		`  `:                    `unexpected end at column 3`,
		`NPROCS >`:              `unexpected end at column 9`,
		`NPROCS > > 5`:          `unexpected ">" at column 10`,
		`NPROCS > 5)`:           `unexpected ")" at column 11`,
		`(NPROCS > 5`:           `unexpected end at column 12`,
		`(NPROCS > 5 6)`:        `unexpected "6" at column 13`,
		`()`:                    `unexpected ")" at column 2`,
		`== 100`:                `unexpected "==" at column 1`,
		`NPROCS EQ`:             `unexpected end at column 10`,
		`NPROCS ** 5`:           `unexpected "*" at column 8`,
		`NPROCS = 5`:            `unexpected "=" at column 8`,
		`NPROCS & 5`:            `unexpected "&" at column 8`,
		`NPROCS > -5`:           `unexpected "-" at column 10`,
		`_X`:                    `unexpected "_" at column 1`,
		`NPROCS 5`:              `unexpected "5" at column 8`,
		`NPROCS TYPE @`:         `unexpected "TYPE" at column 8`,
		`é`:                     `unexpected "é" at column 1`,
		"1 \x00":                `unexpected "\x00" at column 3`,
		"1 \xff":                `unexpected "\xff" at column 3`,
		`&& TYPE`:               `unexpected "&&" at column 1`,
		`TYPE AND`:              `unexpected end at column 9`,
		`!`:                     `unexpected end at column 2`,
		`5 . 5`:                 `unexpected "." at column 3`,
		`TYPE == "net`:          `a string without its closing " at column 9`,
		`TYPE == 'net"`:         `a string without its closing ' at column 9`,
		"TYPE == \"net\n\"":     `a string without its closing " at column 9`,
		`NPROCS == 1y0`:         `no number: "1y0" at column 11`,
		`NPROCS == 5k`:          `no number: "5k" at column 11`,
		`NPROCS == 5KB`:         `no number: "5KB" at column 11`,
		`NPROCS == 5B`:          `no number: "5B" at column 11`,
		`NPROCS == 5iB`:         `no number: "5iB" at column 11`,
		`NPROCS == 5KiBs`:       `no number: "5KiBs" at column 11`,
		`NPROCS == 1.5K`:        `no number: "1.5K" at column 11`,
		`NPROCS == 1.`:          `no number: "1." at column 11`,
		`1.2.3`:                 `no number: "1.2.3" at column 1`,
		`18446744073709551616`:  `number is too large: "18446744073709551616" at column 1`,
		`16E`:                   `number is too large: "16E" at column 1`,
		`1Z`:                    `number is too large: "1Z" at column 1`,
		`TYPE =~ USER`:          `no regular expression in quotes, but "USER" at column 9`,
		`TYPE !~ 5`:             `no regular expression in quotes, but "5" at column 9`,
		`TYPE =~ ("x")`:         `no regular expression in quotes, but "(" at column 9`,
		`TYPE =~`:               `unexpected end at column 8`,
		`TYPE =~ "["`:           `a bad regular expression (missing closing ]) at column 9`,
		`TYPE =~ "(a)\1"`:       `a bad regular expression (invalid escape sequence) at column 9`,
		"TYPE =~ '\xff'":        `a bad regular expression (invalid UTF-8) at column 9`,
		`TYPE =~ "a{9}{9}{99}"`: `a bad regular expression (invalid nested repetition operator) at column 9`,
	} {
		_, err := Parse(text, known)
		if bad := (*SyntaxError)(nil); !errors.As(err, &bad) || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestBounds(t *testing.T) {
	pattern := strings.Repeat("x", mostPattern/2)
	for _, test := range []struct {
		name, text string
		at         int // of the error; -1: there is none
		err        string
	}{
		{"as long as can be", "1" + strings.Repeat(" ", mostText-1), -1, ""},
		{"too long", "1" + strings.Repeat(" ", mostText), mostText, "more than 65536 bytes"},
		{"as deep as can be", strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 1000), -1, ""},
		{"too deep", strings.Repeat("(", 1001) + "1" + strings.Repeat(")", 1001), 1000, "more than 1000 deep"},
		{"not not", strings.Repeat("!", 1001) + "1", 1000, "more than 1000 deep"},
		{"not beside others", strings.Repeat("1 == !", 1001) + "1", -1, ""},
		{"depth is given back", strings.Repeat("(!1)||", 5000) + "1", -1, ""},
		{"a long chain", strings.Repeat("1==", mostText/3) + "1", -1, ""},
		{"patterns", `TYPE =~ "` + pattern + `" || TYPE =~ "` + pattern + `"`, -1, ""},
		{"large pattern", `TYPE =~ "` + pattern + pattern + `x"`, 8, "more than 4096 bytes"},
		{"large patterns", `TYPE =~ "` + pattern + `" || TYPE =~ "x` + pattern + `"`, 8 + len(pattern) + 14, "more than 4096 bytes"},
	} {
		e, err := Parse(test.text, known)
		if test.at < 0 {
			if err != nil {
				t.Errorf("%s: %v", test.name, err)
			} else {
				e.Match(example)
			}
		} else if bad := (*SyntaxError)(nil); !errors.As(err, &bad) || bad.Offset != test.at || !strings.Contains(bad.Text, test.err) {
			t.Errorf("%s: %v, want %q at offset %d", test.name, err, test.err, test.at)
		}
	}
}

func TestErrorsAreShort(t *testing.T) {
	for _, text := range []string{"1 " + strings.Repeat("a", 9999), strings.Repeat("9", 9999), `1 "` + strings.Repeat("\n", 999), `1 "` + strings.Repeat("\x01", 999) + `"`} {
		if _, err := Parse(text, known); err == nil || len(err.Error()) > 250 || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.9q: %v", text, err)
		}
	}
}

func TestUnknownColumn(t *testing.T) {
	for text, name := range map[string]string{`FOO > 1`: "FOO", `TYPE == net`: "net", `1 And 1`: "", `NPROCS == 5 && (foo)`: "foo", `Not`: "Not", `NPROCS5 > 1`: "NPROCS5"} {
		_, err := Parse(text, known)
		unknown := (*UnknownColumnError)(nil)
		if errors.As(err, &unknown) != (name != "") || name != "" && (unknown.Name != name || err.Error() != "unknown column: "+name) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
