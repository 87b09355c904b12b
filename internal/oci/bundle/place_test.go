package bundle

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// filled returns a document with every member of every type, as a tree.
func filled(t *testing.T) map[string]any {
	t.Helper()
	var spec specs.Spec
	n := 0
	fill(reflect.ValueOf(&spec).Elem(), &n)
	data, err := json.Marshal(&spec)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var tree map[string]any
	if err := decoder.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// places calls visit for every value in tree but the top, with its path, and a
// function that puts another value in its place.
func places(tree any, path string, visit func(path string, value any, put func(any))) {
	switch tree := tree.(type) {
	case map[string]any:
		for name, value := range tree {
			at := path + "." + name
			if strings.Contains(name, " ") {
				at = path + "[" + strconv.Quote(name) + "]"
			}
			visit(at, value, func(v any) { tree[name] = v })
			places(value, at, visit)
		}
	case []any:
		for i, value := range tree {
			at := path + "[" + strconv.Itoa(i) + "]"
			visit(at, value, func(v any) { tree[i] = v })
			places(value, at, visit)
		}
	}
}

// TestDecodeTellsEveryPlace puts a value of a wrong type into every place of a
// document, one at a time, and wants one line with its path.
func TestDecodeTellsEveryPlace(t *testing.T) {
	tree, n := filled(t), 0
	places(tree, "", func(path string, value any, put func(any)) {
		if strings.HasPrefix(path, ".windows.credentialSpec") {
			return
		}
		var wrong any = []any{}
		if _, list := value.([]any); list {
			wrong = "x"
		}
		put(wrong)
		data, err := json.Marshal(tree)
		put(value)
		if err != nil {
			t.Fatal(err)
		}
		n++
		if _, err := Decode(data); err == nil || !strings.HasPrefix(err.Error(), path+": want ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", path, err)
		}
	})
	if n < 350 {
		t.Errorf("only %d places", n)
	}
}

// TestDecodePassesOverEverywhere puts an unknown member into every object.
func TestDecodePassesOverEverywhere(t *testing.T) {
	tree := filled(t)
	plain, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	var objects []map[string]any
	places(tree, "", func(path string, value any, _ func(any)) {
		free := []string{".annotations", ".linux.sysctl", ".linux.netDevices", ".linux.timeOffsets", ".linux.resources.rdma", ".linux.resources.unified"}
		if object, ok := value.(map[string]any); ok && !slices.Contains(free, path) && !strings.HasPrefix(path, ".windows.credentialSpec") {
			objects = append(objects, object)
		}
	})
	for _, object := range objects {
		object["unknown"] = []any{map[string]any{"x": 1.5}, nil}
	}
	more, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	want, err1 := Decode(plain)
	got, err2 := Decode(more)
	if err1 != nil || err2 != nil || !reflect.DeepEqual(want, got) || len(objects) < 50 {
		t.Errorf("%d unknown members: %v, %v", len(objects), err1, err2)
	}
}
