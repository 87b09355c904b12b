package bundle

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// TestDecodeRefuses holds every text that is refused to its exact lines.
func TestDecodeRefuses(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		// Types.
		{"null", `null`, `.: want an object, found null`},
		{"array", `[]`, `.: want an object, found an array`},
		{"number for a string", `{"hostname": 5}`, `.hostname: want a string, found 5`},
		{"string for an object", `{"root": "rootfs"}`, `.root: want an object, found the string "rootfs"`},
		{"object for an array", `{"mounts": {"a": []}}`, `.mounts: want an array, found an object`},
		{"array for an object", `{"annotations": [{}]}`, `.annotations: want an object, found an array`},
		{"string for a boolean", `{"root": {"readonly": "yes"}}`, `.root.readonly: want true or false, found the string "yes"`},
		{"string for a number", `{"linux": {"resources": {"memory": {"limit": "64m"}}}}`,
			`.linux.resources.memory.limit: want a whole number from -9223372036854775808 to 9223372036854775807, found the string "64m"`},
		{"within an array", `{"mounts": [{}, {}, {}, {"destination": false}]}`, `.mounts[3].destination: want a string, found false`},
		{"within a map", `{"linux": {"sysctl": {"net.core.somaxconn": 256}}}`, `.linux.sysctl["net.core.somaxconn"]: want a string, found 256`},
		{"null in an array", `{"process": {"args": ["sh", null]}}`, `.process.args[1]: want a string, found null`},
		{"null in a map", `{"annotations": {"a": null}}`, `.annotations.a: want a string, found null`},
		{"embedded", `{"linux":{"resources":{"blockIO":{"weightDevice":[{"major":"8"}]}}}}`,
			`.linux.resources.blockIO.weightDevice[0].major: want a whole number from -9223372036854775808 to 9223372036854775807, found the string "8"`},
		{"string, escaped", `{"root": "a\n\"\u00e9"}`, `.root: want an object, found the string "a\n\"é"`},
		{"long", `{"hostname": ` + strings.Repeat("1", 90) + `}`, `.hostname: want a string, found ` + strings.Repeat("1", 40) + `...`},

		// Numbers.
		{"beyond 32 bits", `{"process": {"user": {"uid": 4294967296}}}`, `.process.user.uid: want a whole number from 0 to 4294967295, found 4294967296`},
		{"below 0", `{"process": {"user": {"gid": -1}}}`, `.process.user.gid: want a whole number from 0 to 4294967295, found -1`},
		{"minus 0 unsigned", `{"process": {"user": {"gid": -0}}}`, `.process.user.gid: want a whole number from 0 to 4294967295, found -0`},
		{"fraction", `{"process": {"oomScoreAdj": 1.5}}`, `.process.oomScoreAdj: want a whole number from -9223372036854775808 to 9223372036854775807, found 1.5`},
		{"exponent", `{"process": {"oomScoreAdj": 1e3}}`, `.process.oomScoreAdj: want a whole number from -9223372036854775808 to 9223372036854775807, found 1e3`},
		{"beyond 16 bits", `{"linux":{"resources":{"blockIO":{"weight":65536}}}}`, `.linux.resources.blockIO.weight: want a whole number from 0 to 65535, found 65536`},
		{"beyond 64 bits", `{"linux":{"seccomp":{"syscalls":[{"args":[{"value":18446744073709551616}]}]}}}`,
			`.linux.seccomp.syscalls[0].args[0].value: want a whole number from 0 to 18446744073709551615, found 18446744073709551616`},
		{"beyond signed 32 bits", `{"process":{"scheduler":{"nice":-2147483649}}}`, `.process.scheduler.nice: want a whole number from -2147483648 to 2147483647, found -2147483649`},
		{"mode", `{"linux":{"devices":[{"fileMode":4294967296}]}}`, `.linux.devices[0].fileMode: want a whole number from 0 to 4294967295, found 4294967296`},

		// Names and strings.
		{"twice", `{"hostname": "a", "hostname": "b"}`, `.hostname: a member of this name is there twice`},
		{"twice, null first", `{"hostname": null, "hostname": "b"}`, `.hostname: a member of this name is there twice`},
		{"twice, escaped", `{"hostname": "a", "\u0068ostname": "b"}`, `.hostname: a member of this name is there twice`},
		{"twice in a map", `{"annotations": {"a.b": "1", "a.b": "2"}}`, `.annotations["a.b"]: a member of this name is there twice`},
		{"twice where no one looks", `{"x": [{"y": 1, "y": 2}]}`, `.x[0].y: a member of this name is there twice`},
		{"NUL", `{"process": {"env": ["A=b\u0000c"]}}`, `.process.env[0]: holds a NUL, where the kernel would end the string`},
		{"NUL in a key", `{"linux": {"sysctl": {"a\u0000": "1"}}}`, `.linux.sysctl["a\x00"]: holds a NUL, where the kernel would end the string`},
		{"all at once", "{\"process\": {\"cwd\": 1,\n\"args\": [2, \"x\", 3]}, \"process\": {}}",
			".process.cwd: want a string, found 1\n.process.args[0]: want a string, found 2\n.process.args[2]: want a string, found 3\n" +
				".process: a member of this name is there twice"},

		// What is no JSON.
		{"empty", ``, `.: line 1, column 1: want a value, found the end of the document`},
		{"blank", " \n\t", `.: line 2, column 2: want a value, found the end of the document`},
		{"word", `nothing`, `.: line 1, column 1: want a value, found 'n'`},
		{"byte order mark", "\ufeff{}", `.: line 1, column 1: want a value, found '\ufeff'`},
		{"open object", "{\n  \"root\": {", `.root: line 2, column 12: want a string, found the end of the document`},
		{"open array", `{"mounts": [{}`, `.mounts: line 1, column 15: want ',' or ']', found the end of the document`},
		{"open string", `{"hostname": "a`, `.hostname: line 1, column 16: the document ends within a string`},
		{"open escape", `{"hostname": "a\`, `.hostname: line 1, column 17: the document ends within a string`},
		{"comma at the end", `{"hostname": "a",}`, `.: line 1, column 18: want a string, found '}'`},
		{"comma in an array", `{"mounts": [{},]}`, `.mounts[1]: line 1, column 16: want a value, found ']'`},
		{"no comma", `{"hostname": "a" "root": {}}`, `.: line 1, column 18: want ',' or '}', found '"'`},
		{"no colon", `{"hostname" "a"}`, `.: line 1, column 13: want ':', found '"'`},
		{"bare name", `{hostname: "a"}`, `.: line 1, column 2: want a string, found 'h'`},
		{"two documents", `{} {}`, `.: line 1, column 4: want the end of the document, found '{'`},
		{"comment", "{ // no\n}", `.: line 1, column 3: want a string, found '/'`},
		{"leading zero", `{"x": 01}`, `.: line 1, column 8: want ',' or '}', found '1'`},
		{"plus", `{"x": +1}`, `.x: line 1, column 7: want a value, found '+'`},
		{"no digit", `{"x": -}`, `.x: line 1, column 8: want a digit, found '}'`},
		{"no fraction", `{"x": 1.}`, `.x: line 1, column 9: want a digit behind the point, found '}'`},
		{"no digit where one counts", `{"process": {"oomScoreAdj": -}}`, `.process.oomScoreAdj: line 1, column 30: want a digit, found '}'`},
		{"no exponent", `{"x": 1e+}`, `.x: line 1, column 10: want a digit of the exponent, found '}'`},
		{"NaN", `{"x": NaN}`, `.x: line 1, column 7: want a value, found 'N'`},
		{"control character", "{\"hostname\": \"a\nb\"}", `.hostname: line 1, column 16: a string must not hold a control character as such: write \u000a`},
		{"bad escape", `{"hostname": "a\xb"}`, `.hostname: line 1, column 16: no escape that JSON has, or half a surrogate pair`},
		{"short escape", `{"hostname": "\u12"}`, `.hostname: line 1, column 15: no escape that JSON has, or half a surrogate pair`},
		{"signed escape", `{"hostname": "\u+123"}`, `.hostname: line 1, column 15: no escape that JSON has, or half a surrogate pair`},
		{"high surrogate", `{"hostname": "\ud83c"}`, `.hostname: line 1, column 15: no escape that JSON has, or half a surrogate pair`},
		{"low surrogate", `{"hostname": "\udfdd"}`, `.hostname: line 1, column 15: no escape that JSON has, or half a surrogate pair`},
		{"two high surrogates", `{"hostname": "\ud83c\ud83c"}`, `.hostname: line 1, column 15: no escape that JSON has, or half a surrogate pair`},
		{"not UTF-8", "{\"hostname\": \"\u00e9\xff\"}", `.hostname: line 1, column 16: this string is not UTF-8`},
		{"not UTF-8 in a name", "{\"\xc3\": 1}", `.: line 1, column 3: this string is not UTF-8`},
		{"not UTF-8 outside", "{\xff}", `.: line 1, column 2: want a string, found a byte that is not UTF-8`},
		{"encoded surrogate", "{\"hostname\": \"\xed\xa0\x80\"}", `.hostname: line 1, column 15: this string is not UTF-8`},
		{"NUL outside", "{}\x00", `.: line 1, column 3: want the end of the document, found '\x00'`},
		{"columns are characters", "{\"\u00e9\u00e9\": tru}", `["` + "\u00e9\u00e9" + `"]: line 1, column 8: want a value, found 't'`},
		{"types before, nothing after", `{"hostname": 1, "root": [}, "domainname": 2}`,
			".hostname: want a string, found 1\n.root[0]: line 1, column 26: want a value, found '}'"},
	} {
		spec, err := Decode([]byte(test.text))
		if err == nil {
			t.Errorf("%s: read as %+v", test.name, spec)
			continue
		}
		if want := strings.Replace(test.want, `["`+"\u00e9", `.["`+"\u00e9", 1); err.Error() != want {
			t.Errorf("%s: %s\n got %s\nwant %s", test.name, test.text, err, want)
		}
		if spec != nil {
			t.Errorf("%s: a specification beside the error", test.name)
		}
	}
}

// TestDecodePassesOver reads what is unknown, null or another's case as absent.
func TestDecodePassesOver(t *testing.T) {
	for _, text := range []string{
		`{"ociVersion": "1.3.0"}`,
		` { "ociVersion" : "1.3.0" } ` + "\r\n",
		`{"ociVersion": "1.3.0", "future": {"a": [1, -2.5e-7, "b\u0000", null, true, {}], "": []}}`,
		`{"OCIVersion": "2", "ociVersion": "1.3.0", "Hostname": 5}`,
		`{"ociVersion": "1.3.0", "process": null, "mounts": null, "hostname": null, "annotations": null}`,
		`{"\u006fciVersion": "\u0031.3.0"}`,
	} {
		spec, err := Decode([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if spec.Version != "1.3.0" || spec.Hostname != "" || spec.Process != nil || spec.Mounts != nil || spec.Annotations != nil {
			t.Errorf("%s: read as %+v", text, spec)
		}
	}
}

// TestDecodeBounds reads what is at a bound and refuses what is one beyond it.
func TestDecodeBounds(t *testing.T) {
	nested := func(n int) string {
		return `{"x":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + "}"
	}
	elements := func(n int) string {
		return `{"process":{"args":[""` + strings.Repeat(`,""`, n-1) + `]}}`
	}
	members := func(n int) string {
		var b strings.Builder
		b.WriteString(`{"annotations":{"0":""`)
		for i := 1; i < n; i++ {
			b.WriteString(`,"` + strings.Repeat("0", i%5) + string(rune('a'+i%26)) + strings.Repeat("1", i/130) + `":""`)
		}
		return b.String() + "}}"
	}
	sized := func(n int) string {
		return `{"x":"` + strings.Repeat("a", n-len(`{"x":""}`)) + `"}`
	}
	for _, test := range []struct{ name, within, beyond, want string }{
		{"depth", nested(64), nested(65), ".x" + strings.Repeat("[0]", 63) + ": line 1, column 69: nested deeper than 64 levels"},
		{"objects", strings.Repeat(`{"x":`, 64) + "1" + strings.Repeat("}", 64), strings.Repeat(`{"x":`, 200_000),
			strings.Repeat(".x", 64) + ": line 1, column 321: nested deeper than 64 levels"},
		{"elements", elements(100_000), elements(100_001),
			".process.args: line 1, column 300021: more than 100000 elements of one array or members of one object"},
		{"members", members(5000), "", ""},
		{"values", `{"x":[` + strings.Repeat(`[`+strings.Repeat("0,", 99_999)+"0],", 9) + `0]}`,
			`{"x":[` + strings.Repeat(`[`+strings.Repeat("0,", 99_999)+"0],", 10) + `0]}`,
			".x[9]: line 1, column 2000004: more than 1000000 values in all"},
		{"size", sized(16 << 20), sized(16<<20 + 1), ".: the document is larger than 16777216 bytes"},
	} {
		if _, err := Decode([]byte(test.within)); err != nil {
			t.Errorf("%s: at the bound: %v", test.name, err)
		}
		if test.beyond == "" {
			continue
		}
		if _, err := Decode([]byte(test.beyond)); err == nil || err.Error() != test.want {
			t.Errorf("%s: beyond the bound\n got %v\nwant %s", test.name, err, test.want)
		}
	}
}

// TestDecodeTellsAHundred keeps the message of a document of faults short.
func TestDecodeTellsAHundred(t *testing.T) {
	_, err := Decode([]byte(`{"mounts": [0` + strings.Repeat(",0", 50_000) + `]}`))
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 101 || lines[99] != ".mounts[99]: want an object, found 0" || lines[100] != ".: and 49901 more that must be mended" {
		t.Errorf("%d lines, the last two\n%s", len(lines), strings.Join(lines[len(lines)-2:], "\n"))
	}
}

// TestDecodeLarge reads 10 MiB with 10,000 mounts, and wants no more time than an
// order of magnitude above what it takes, and no memory beyond a few times the text.
func TestDecodeLarge(t *testing.T) {
	spec := Example(false)
	for range 10_000 {
		spec.Mounts = append(spec.Mounts, specs.Mount{Destination: "/" + strings.Repeat("d", 500), Type: "bind",
			Source: "/" + strings.Repeat("s", 450), Options: []string{"rbind", "ro"}})
	}
	data, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) < 10_000_000 {
		t.Fatalf("only %d bytes", len(data))
	}
	var got *specs.Spec
	allocated := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			got, err = Decode(data)
		}
	})
	if err != nil || len(got.Mounts) != len(spec.Mounts) {
		t.Fatalf("%v", err)
	}
	if per := allocated.AllocedBytesPerOp(); per > int64(3*len(data)) {
		t.Errorf("%d bytes allocated for %d", per, len(data))
	}
	if per := time.Duration(allocated.NsPerOp()); per > time.Second {
		t.Errorf("took %v", per)
	}
	start := time.Now()
	if problems := Check(got); problems.Err() != nil {
		t.Errorf("%v", problems)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("Check took %v", took)
	}
	t.Logf("%d bytes: %v and %d bytes allocated", len(data), time.Duration(allocated.NsPerOp()), allocated.AllocedBytesPerOp())
}
