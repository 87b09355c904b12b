package filter

import (
	"slices"
	"testing"
)

// cells are a row; a column that is not in it has nothing to say.
type cells map[string]Value

func (c cells) Value(column string) Value { return c[column] }

var example = cells{
	"NS": Int(4026531840), "NPROCS": Int(7), "ZERO": Int(0), "TYPE": String("net"), "USER": String("root"),
	"EMPTY": String(""), "DIGITS": String("12"), "FRACTION": String("12.5"), "LOAD": Float(1.5), "ROUND": Float(678993321),
	"YES": Bool(true), "NO": Bool(false), "YESTEXT": String("TRUE"), "BIT": String("1"), "UNBIT": String("0"), "PATH": String(`/proc/1/ns/a.b\c`), "LINES": String("one\ntwo"),
	"MAJ:MIN": String("8:1"), "USE%": String("70%"), "SOCK.NAME": String("s"), "ABC-1/D_E": String("n"),
	"PID": None(),
}

func known(column string) bool { _, ok := example[column]; return ok }

// holds checks the answers for the example row.
func holds(t *testing.T, want bool, texts ...string) {
	t.Helper()
	for _, text := range texts {
		e, err := Parse(text, known)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := e.Match(example); got != want {
			t.Errorf("%s is %v", text, got)
		}
	}
}

// TestOperators has each in every spelling, where it holds and where it does not.
func TestOperators(t *testing.T) {
	holds(t, true,
		`NPROCS == 7`, `NPROCS EQ 7`, `NPROCS eq 7`, `NPROCS != 8`, `NPROCS NE 8`, `NPROCS ne 8`,
		`NPROCS < 8`, `NPROCS LT 8`, `NPROCS lt 8`, `NPROCS <= 7`, `NPROCS LE 7`, `NPROCS le 7`,
		`NPROCS > 6`, `NPROCS GT 6`, `NPROCS gt 6`, `NPROCS >= 7`, `NPROCS GE 7`, `NPROCS ge 7`,
		`1 && 1`, `1 AND 1`, `1 and 1`, `0 || 1`, `0 OR 1`, `0 or 1`, `!0`, `NOT 0`, `not 0`, `! 0`, `NOT(0)`,
		`TYPE =~ "^n.t$"`, `TYPE !~ "^u"`, `NPROCS>5&&TYPE=="net"`, "\tNPROCS\n==\r7 ", `nprocs == 7`, `nProcs == 7`)
	holds(t, false,
		`NPROCS == 8`, `NPROCS EQ 8`, `NPROCS != 7`, `NPROCS NE 7`, `NPROCS < 7`, `NPROCS LT 7`, `NPROCS <= 6`, `NPROCS LE 6`,
		`NPROCS > 7`, `NPROCS GT 7`, `NPROCS >= 8`, `NPROCS GE 8`, `1 && 0`, `0 AND 1`, `0 || 0`, `0 OR 0`, `!1`, `NOT 1`,
		`TYPE =~ "^u"`, `TYPE !~ "^n"`)
}

func TestPrecedence(t *testing.T) {
	holds(t, true,
		`1 || 0 && 0`, `1 OR 0 AND 0`, `0 && 0 || 1`, `!0 || 1`, `!0 && 1`, `!!1`, `NOT NOT NPROCS`,
		`!(NPROCS == 8)`, `NOT (NPROCS > 8)`, `!NPROCS == false`, `!0 == 1`, `(!NPROCS) == false`, `true == !0`, `TYPE == "net" == true`, `3 > 2 > 0`, `((((7)))) == NPROCS`)
	holds(t, false, `(1 || 0) && 0`, `0 && (0 || 1)`, `!(0 || 1)`, `!0 && 0`, `!NPROCS == 8`, `NOT NPROCS > 8`, `!NPROCS == 7`, `!TYPE == "net"`, `3 > 2 > 1`)
}

func TestLiterals(t *testing.T) {
	holds(t, true,
		`1K == 1024`, `1KiB == 1K`, `1M == 1024K`, `1MiB == 1M`, `1G == 1024M`, `1GiB == 1G`, `1T == 1024G`, `1TiB == 1T`,
		`1P == 1024T`, `1PiB == 1P`, `1E == 1024P`, `1EiB == 1E`, `15E > 14E`, `0Z == 0`, `0YiB == 0`, `007 == 7`, `NS > 3G`,
		`18446744073709551615 > 18446744073709551614`, `1.5 == 1.50`, `0.5 < 1`, `LOAD == 1.5`, `LOAD > 1`, `LOAD < 2`,
		`true`, `TRUE`, `True`, `!false`, `!FALSE`, `!False`, `"x"`, `'x'`, `1`, `0.1`)
	holds(t, false, `NS > 4G`, `false`, `""`, `''`, `0`, `0K`, `0.0`, `LOAD == 1`)
}

func TestQuoting(t *testing.T) {
	holds(t, true,
		`'it"s' == 'it"s'`, `"it's" == "it's"`, `"a\" == 'a\'`, `"'" != '"'`, `"# && )" =~ '\)$'`, `"é" == 'é'`, `"NPROCS" != NPROCS`,
		`PATH =~ "a\.b"`, `PATH =~ '\\c$'`, `"AND" == 'AND'`, `MAJ:MIN == "8:1"`, `USE% == '70%'`, `SOCK.NAME`, `ABC-1/D_E == "n"`)
	holds(t, false, `PATH =~ "a\.\.b"`, `TYPE == "NET"`)
}

func TestRegexps(t *testing.T) {
	holds(t, true, `LINES =~ "one.two"`, `LINES =~ "^one"`, `LINES !~ "^two"`, `TYPE =~ ""`, `NS =~ "^4026"`, `LOAD =~ "^1\.5$"`,
		`USER =~ "o{2}"`, `USER =~ "(root|bob)$"`, `USER =~ "[[:alpha:]]+"`, `EMPTY =~ "^$"`, `YES =~ "true"`, `ROUND =~ "^678993321$"`)
	holds(t, false, `USER =~ "O"`, `EMPTY =~ "."`)
}

func TestColumns(t *testing.T) {
	e, err := Parse(`type == "net" && (NPROCS > 1 || Type != User) && nprocs`, known)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"TYPE", "NPROCS", "USER"}
	for range 2 { // what is returned is the caller's own
		got := e.Columns()
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		got[0] = "X"
	}
	if e, err := Parse(`1 == 1`, known); err != nil || len(e.Columns()) != 0 {
		t.Errorf("%v, %v", e, err)
	}
}

// asked notes what was asked for.
type asked struct {
	cells
	names []string
}

func (a *asked) Value(column string) Value {
	a.names = append(a.names, column)
	return a.cells.Value(column)
}

func TestAsksOnlyWhatItNeeds(t *testing.T) {
	for text, want := range map[string][]string{
		`ZERO && TYPE`: {"ZERO"}, `NPROCS || TYPE`: {"NPROCS"}, `NPROCS && TYPE`: {"NPROCS", "TYPE"}, `1 || USER =~ "."`: nil,
	} {
		e, err := Parse(text, known)
		if err != nil {
			t.Fatal(err)
		}
		r := &asked{cells: example}
		if e.Match(r); !slices.Equal(r.names, want) {
			t.Errorf("%s asked for %q, want %q", text, r.names, want)
		}
	}
}
