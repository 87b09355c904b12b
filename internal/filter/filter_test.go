package filter

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

type row map[string]Value

func (r row) Value(column string) Value { return r[column] }

var example = row{"NS": Int(4026531840), "NPROCS": Int(7), "TYPE": String("net"), "USER": String("root"), "PID": None(), "LOAD": Float(1.5), "N": String("12")}

func known(column string) bool { _, ok := example[column]; return ok }

func TestMatch(t *testing.T) {
	for text, want := range map[string]bool{
		`NPROCS > 5`: true, `NPROCS GT 5`: true, `nprocs gt 7`: false, `NPROCS >= 7`: true, `NPROCS <= 6`: false, `NPROCS LT 8`: true,
		`NPROCS == 7`: true, `NPROCS != 7`: false, `NPROCS EQ 7 AND TYPE NE "pid"`: true, `TYPE == 'net'`: true, `TYPE == "uts"`: false,
		`TYPE =~ "^n.t$"`: true, `TYPE !~ "n"`: false, `USER =~ "oo"`: true, `NS =~ "^4026"`: true,
		`NPROCS > 5 && TYPE == "uts" || USER == "root"`: true, `NPROCS > 5 && (TYPE == "uts" || USER == "root")`: true,
		`USER == "root" || NPROCS > 5 && TYPE == "uts"`: true, `!(NPROCS > 5)`: false, `NOT NPROCS > 8`: true, `!!NPROCS`: true,
		`TYPE`: true, `PID`: false, `!PID`: true, `PID == 0`: false, `PID != 0`: false, `PID =~ "."`: false, `PID !~ "."`: false,
		`NS > 3G`: true, `NS > 4G`: false, `NS > 4GB`: true, `NS > 3GiB`: true, `1KiB == 1024`: true, `1KB == 1000`: true, `1k == 1024`: true,
		`LOAD > 1.2`: true, `LOAD == 1.5`: true, `LOAD < 2`: true, `N == 12`: true, `N > 9`: true, `N > "9"`: false,
		`true`: true, `FALSE`: false, `true == 1`: true, `"a\"b" == 'a"b'`: true, `"" || 0`: false, `TYPE > "na"`: true,
		`18446744073709551615 > 18446744073709551614`: true,
	} {
		e, err := Parse(text, known)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := e.Match(example); got != want {
			t.Errorf("%s is %v", text, got)
		}
	}
}

func TestColumns(t *testing.T) {
	e, err := Parse(`type == "net" && NPROCS > 1 && TYPE != USER`, known)
	if err != nil || !reflect.DeepEqual(e.Columns(), []string{"TYPE", "NPROCS", "USER"}) {
		t.Errorf("%v, %v", e, err)
	}
}

func TestSyntaxErrors(t *testing.T) {
	for text, at := range map[string]int{
		``: 0, `NPROCS >`: 8, `NPROCS > > 5`: 9, `(NPROCS > 5`: 11, `NPROCS > 5)`: 10, `TYPE == "net`: 8, `TYPE =~ USER`: 8, `TYPE =~ "["`: 8,
		`NPROCS > 5 TYPE`: 11, `NPROCS @ 5`: 7, `&& TYPE`: 0, `NPROCS > 99999999999999999999`: 9, `NPROCS > 99999999999999E`: 9, `NPROCS > 5x`: 9, `1.2.3`: 0,
		strings.Repeat("(", 2000) + "1": 1000, strings.Repeat("!", 3000) + "1": 1000, strings.Repeat(" ", mostText+1): mostText,
	} {
		var syntax *SyntaxError
		if _, err := Parse(text, known); !errors.As(err, &syntax) || syntax.Offset != at {
			t.Errorf("%.40s: %v, want an error at %d", text, err, at)
		}
	}
	var unknown *UnknownColumnError
	if _, err := Parse("FOO > 1", known); !errors.As(err, &unknown) || unknown.Name != "FOO" || err.Error() != "unknown column: FOO" {
		t.Errorf("an unknown column: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`NPROCS > 5 && TYPE == "net"`, `!(A =~ "x") || 1.5 < 2K`, `not true ne false`, `'\\`, `((`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse(text, func(string) bool { return true })
		if err == nil {
			e.Match(example)
			for _, c := range e.Columns() {
				e.Match(row{c: String(text)})
			}
		} else if syntax := (*SyntaxError)(nil); errors.As(err, &syntax) && (syntax.Offset < 0 || syntax.Offset > len(text)) {
			t.Errorf("%q: an error at %d", text, syntax.Offset)
		}
	})
}
