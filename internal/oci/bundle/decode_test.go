package bundle

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/runtime-spec/specs-go"
)

// TestStructsAreFresh fails when structs.go is not what gen writes for the
// specs-go of go.mod.
func TestStructsAreFresh(t *testing.T) {
	fresh := filepath.Join(t.TempDir(), "structs.go")
	goCommand(t, "run", "./gen", fresh)
	want, got := readTest(t, fresh), readTest(t, "structs.go")
	if !bytes.Equal(want, got) {
		t.Error("structs.go is stale: run go generate in this folder")
	}
}

// goCommand runs the go command, which an ordinary user's tests in CI do without.
func goCommand(t *testing.T, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command on PATH, which this test runs")
	}
	out, err := exec.Command("go", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("go %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func readTest(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// configs returns the files that pattern means, by their names.
func configs(t testing.TB, pattern string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: no configurations (%v)", pattern, err)
	}
	for _, name := range names {
		all[filepath.Base(name)] = readTest(t, name)
	}
	return all
}

// written are configurations that podman 4.3, containerd 1.6, docker 20.10, runc
// 1.1 and crun 1.8 wrote.
const written = "testdata/configs/*.json"

// examples returns the examples of the runtime specification.
func examples(t *testing.T, kind string) map[string][]byte {
	t.Helper()
	dir := goCommand(t, "list", "-m", "-f", "{{.Dir}}", "github.com/opencontainers/runtime-spec")
	if dir == "" {
		t.Skip("the specification's examples are not in this user's module cache")
	}
	return configs(t, filepath.Join(dir, "schema/test/config", kind, "*.json"))
}

func TestDecodeAgreesWithEncodingJSON(t *testing.T) {
	for name, data := range configs(t, written) {
		agrees(t, name, data)
	}
}

func TestDecodeReadsTheSpecificationsExamples(t *testing.T) {
	for name, data := range examples(t, "good") {
		agrees(t, name, data)
	}
}

// agrees wants data to be read as encoding/json reads it.
func agrees(t *testing.T, name string, data []byte) {
	t.Helper()
	var want specs.Spec
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	got, err := Decode(data)
	if err != nil {
		t.Errorf("%s: %v", name, err)
	} else if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("%s: -encoding/json +Decode\n%s", name, diff)
	}
}

// TestDecodeReadsEveryMember fills every member of every type with a value of its
// own, so that one read into the wrong place, or not at all, shows.
func TestDecodeReadsEveryMember(t *testing.T) {
	var want specs.Spec
	n := 0
	fill(reflect.ValueOf(&want).Elem(), &n)
	data, err := json.Marshal(&want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if n < 350 {
		t.Errorf("only %d values were compared", n)
	}
}

// fill sets v and all it leads to, counting with n.
func fill(v reflect.Value, n *int) {
	switch *n++; v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("key "+strconv.Itoa(*n)), value)
	case reflect.String:
		v.SetString("text \"\\\u00e9\u2028\U0001f3dd " + strconv.Itoa(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(-*n))
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n))
	case reflect.Interface:
		v.Set(reflect.ValueOf(map[string]any{"any": []any{float64(*n), nil, "x"}}))
	default:
		panic("cannot fill " + v.Type().String())
	}
}
