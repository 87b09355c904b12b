package getopt

import (
	"math"
	"math/big"
	"regexp"
	"testing"
)

func TestUint(t *testing.T) {
	const last = math.MaxUint32 - 1
	for _, test := range []struct {
		s    string
		want uint64
		err  error
	}{
		{s: "0"}, {s: "4294967294", want: last}, {s: "007", want: 7},
		{s: "4294967295", err: ErrRange}, {s: "4294967297", err: ErrRange},
		{s: "18446744073709551617", err: ErrRange}, {s: "-1", err: ErrRange}, {s: "-0", err: ErrRange},
		{s: "", err: ErrSyntax}, {s: "-", err: ErrSyntax}, {s: "+1", err: ErrSyntax}, {s: " 1", err: ErrSyntax},
		{s: "1 ", err: ErrSyntax}, {s: "0x1", err: ErrSyntax}, {s: "1_0", err: ErrSyntax}, {s: "-1x", err: ErrSyntax}, {s: "٣", err: ErrSyntax},
	} {
		if got, err := Uint(test.s, last); got != test.want || err != test.err {
			t.Errorf("%q: %d, %v; want %d, %v", test.s, got, err, test.want, test.err)
		}
	}
}

func TestBadNumber(t *testing.T) {
	for _, test := range []struct {
		s    string
		err  error
		want string
	}{
		{"x", ErrSyntax, "failed to parse uid: 'x'"},
		{"4294967297", ErrRange, "failed to parse uid: '4294967297': Numerical result out of range"},
	} {
		if got := BadNumber("uid", test.s, test.err).Error(); got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
	}
}

var decimal = regexp.MustCompile(`^[0-9]+$`)

// FuzzNumber compares with numbers of any size.
func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"0", "-1", "+1", "4294967297", "9223372036854775808", "-9223372036854775808", "1e3", ""} {
		f.Add(seed, uint64(math.MaxUint32))
	}
	f.Fuzz(func(t *testing.T, s string, limit uint64) {
		n, err := Uint(s, limit)
		want, ok := new(big.Int).SetString(s, 10)
		fits := ok && decimal.MatchString(s) && want.Cmp(new(big.Int).SetUint64(limit)) <= 0
		if fits != (err == nil) || fits && want.Cmp(new(big.Int).SetUint64(n)) != 0 {
			t.Errorf("Uint(%q, %d) = %d, %v", s, limit, n, err)
		}
		if i, err := Int(s); (err == nil) != (ok && want.IsInt64()) || err == nil && want.Int64() != i {
			t.Errorf("Int(%q) = %d, %v", s, i, err)
		}
	})
}
