package filter

import (
	"math"
	"testing"
)

// TestAlone: a value without an operator is true unless empty, zero or false.
func TestAlone(t *testing.T) {
	holds(t, true, `TYPE`, `NPROCS`, `LOAD`, `YES`, `!EMPTY`, `!ZERO`, `!NO`, `!PID`, `"0"`, `"false"`)
	holds(t, false, `EMPTY`, `ZERO`, `NO`, `PID`, `!TYPE`, `!NPROCS`, `!YES`)
}

// TestNone: nothing that is said of a cell without a value holds.
func TestNone(t *testing.T) {
	for _, operator := range []string{"==", "!=", "<", "<=", ">", ">="} {
		for _, other := range []string{"0", "7", `""`, `"x"`, "1.5", "true", "false", "NPROCS", "PID", "EMPTY"} {
			holds(t, false, "PID "+operator+" "+other, other+" "+operator+" PID")
		}
	}
	holds(t, false, `PID =~ ""`, `PID =~ "."`, `PID !~ "."`, `PID !~ "x"`, `PID && 1`)
	holds(t, true, `!(PID == 0)`, `!(PID != 0)`, `PID || 1`, `!(PID =~ ".")`)
}

// TestMixed: the literal's kind decides; without one, or with two, a number
// before a truth value before a text. What cannot be of that kind is as nothing.
func TestMixed(t *testing.T) {
	holds(t, true,
		`DIGITS == 12`, `DIGITS > 9`, `9 < DIGITS`, `DIGITS > 11.5`, `FRACTION > 12`, `FRACTION == 12.5`, `DIGITS == "12"`, // texts as numbers
		`NPROCS == "7"`, `NPROCS > "10"`, `"10" < NPROCS`, `LOAD == "1.5"`, `ROUND == "678993321"`, `YES == "true"`, // numbers as texts
		`LOAD > 1`, `NPROCS > 6.5`, `NPROCS == 7.0`, `NPROCS > LOAD`, // whole and not
		`YES == 1`, `NO == 0`, `YES > 0`, `NPROCS == true`, `ZERO == FALSE`, `LOAD == true`, `YESTEXT == true`, `YES == YESTEXT`, `BIT == true`, `UNBIT == false`, `UNBIT`, // truth
		`DIGITS > NPROCS`, `DIGITS == 12.0`, `"12" == 12`, `true == 1`, `true > false`, `USER > TYPE`) // no literal or two
	holds(t, false,
		`DIGITS > "9"`, `NPROCS == "07"`, `NPROCS == "7.0"`, `YES == "1"`, `NO == "0"`,
		`TYPE > 5`, `TYPE < 5`, `TYPE == 5`, `TYPE != 5`, `TYPE == NPROCS`, `TYPE != NPROCS`, `TYPE == true`, `TYPE != true`,
		`EMPTY == 0`, `EMPTY != 0`, `EMPTY == false`)
}

// TestTextsThatAreNoNumbers: cells are read as strictly as expressions.
func TestTextsThatAreNoNumbers(t *testing.T) {
	for _, s := range []string{"", " 1", "1 ", "+1", "-1", "1e0", "0x1", "1_0", "1.", ".5", "1.2.3", "1K", "inf", "nan", "١", "18446744073709551616"} {
		for _, text := range []string{`C == 1`, `C != 1`, `C >= 0`, `C < 9.5`} {
			if e, err := Parse(text, func(string) bool { return true }); err != nil || e.Match(cells{"C": String(s)}) {
				t.Errorf("%s holds for %q (%v)", text, s, err)
			}
		}
	}
}

func TestFloatsThatAreNoNumbers(t *testing.T) {
	for text, want := range map[string]bool{`C == C`: false, `C != C`: false, `C < 1`: false, `C`: true, `C == "NaN"`: true} {
		if e, err := Parse(text, func(string) bool { return true }); err != nil || e.Match(cells{"C": Float(math.NaN())}) != want {
			t.Errorf("%s is not %v (%v)", text, want, err)
		}
	}
}
