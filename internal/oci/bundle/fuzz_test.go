package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/runtime-spec/specs-go"
)

// stricter are the reasons for which Decode refuses what encoding/json reads.
var stricter = []string{
	"found null", "is there twice", "holds a NUL", "not UTF-8", "surrogate pair",
	"nested deeper", "elements of one array", "values in all", "larger than",
}

// FuzzDecode wants what Decode reads to be what encoding/json reads, what it alone
// refuses to be refused for a reason of stricter, and every problem to be one line.
func FuzzDecode(f *testing.F) {
	for _, data := range configs(f, "testdata/configs/r*.json") {
		f.Add(data)
	}
	for _, tests := range checkTests {
		for _, test := range tests {
			if len(test.patch) < 1000 {
				f.Add([]byte(test.patch))
			}
		}
	}
	for _, seed := range []string{
		sound, `null`, `{"hostname":null}`, `{"Hostname":"a","hoſtname":"b"}`, `{"a":1,"a":1}`, `{"hostname":"\ud83c\udfdd\n"}`,
		`{"process":{"user":{"uid":4294967296,"additionalGids":[-1,1.5,1e3]}}}`, `{"windows":{"credentialSpec":{"a":[1e999]}}}`,
		`{"linux":{"netDevices":{"eth0":{}},"sysctl":{"a":"b"},"resources":{"rdma":{"x":{"hcaHandles":1}}}}}`, `[[[[`, "{\"a\": \"\xff\"}",
	} {
		f.Add([]byte(seed))
	}
	names := map[string]bool{}
	memberNames(reflect.TypeFor[specs.Spec](), names, map[reflect.Type]bool{})
	f.Fuzz(func(t *testing.T, data []byte) {
		var want specs.Spec
		wantErr := json.Unmarshal(data, &want)
		got, err := Decode(data)
		if err != nil {
			lines(t, err)
			if wantErr == nil && !strictly(err) && !foldsAny(data, names) {
				t.Errorf("only Decode refuses it: %v", err)
			}
			return
		}
		lines(t, Check(got))
		if foldsAny(data, names) {
			return
		}
		if wantErr != nil {
			t.Fatalf("only encoding/json refuses it: %v", wantErr)
		}
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("-encoding/json +Decode\n%s", diff)
		}
	})
}

// lines wants every problem of err to be one line.
func lines(t *testing.T, err error) {
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("no Problems: %v", err)
	}
	if n := strings.Count(err.Error(), "\n") + 1; len(problems) > 0 && n != len(problems) {
		t.Errorf("%d problems in %d lines: %q", len(problems), n, err)
	}
}

func strictly(err error) bool {
	for _, reason := range stricter {
		if strings.Contains(err.Error(), reason) {
			return true
		}
	}
	return false
}

// memberNames collects the names of all members that t leads to.
func memberNames(t reflect.Type, names map[string]bool, seen map[reflect.Type]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		memberNames(t.Elem(), names, seen)
	case reflect.Struct:
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			names[name] = true
			memberNames(t.Field(i).Type, names, seen)
		}
	}
}

// foldsAny says whether a member in data has a name that encoding/json takes for a
// known one in another case.
func foldsAny(data []byte, names map[string]bool) bool {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var v any
	return decoder.Decode(&v) == nil && folds(v, names)
}

func folds(v any, names map[string]bool) bool {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if folds(item, names) {
				return true
			}
		}
	case map[string]any:
		for name, item := range v {
			for known := range names {
				if !names[name] && strings.EqualFold(name, known) {
					return true
				}
			}
			if folds(item, names) {
				return true
			}
		}
	}
	return false
}
