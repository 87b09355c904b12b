package web

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"isle/internal/atlas"
)

func TestContentTypes(t *testing.T) {
	s := serve(t, Options{}).enter()
	for path, want := range map[string]string{
		"/": htmlType, "/style.css": cssType, "/script.js": scriptType, "/theme.js": scriptType,
		"/map": jsonType, "/map.json": jsonType, "/map.svg": svgType,
	} {
		if r, _ := s.get(path); r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != want {
			t.Errorf("GET %s: %s, %s", path, r.Status, r.Header.Get("Content-Type"))
		}
		if r, text := s.ask("HEAD", path, ""); r.StatusCode != http.StatusOK || text != "" {
			t.Errorf("HEAD %s: %s, %q", path, r.Status, text)
		}
	}
}

// A narrow window gets a picture of its own, and whoever asks for nonsense the
// one that all get.
func TestWidthOfThePicture(t *testing.T) {
	a := &atoll{names: []string{"one", "two", "three", "four"}}
	s := serve(t, Options{Source: Source{Map: a.scan}}).enter()
	_, wide := s.get("/map")
	if _, narrow := s.get("/map?width=400"); narrow == wide {
		t.Error("a narrow window gets the wide picture")
	}
	for _, width := range []string{"", "0", "-1", "299", "2001", "99999999999999999999", "x"} {
		if _, got := s.get("/map?width=" + width); got != wide {
			t.Errorf("width %q gets a picture of its own", width)
		}
	}
}

func TestMapCanBeReadBack(t *testing.T) {
	s := serve(t, Options{}).enter()
	_, text := s.get("/map.json")
	var m atlas.Map
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	if got := m.Find("ione"); got == nil || !reflect.DeepEqual(got, mapOf("one").Find("ione")) {
		t.Errorf("island %+v", got)
	}
}

func TestGzipIfAsked(t *testing.T) {
	s := serve(t, Options{}).enter()
	_, plain := s.get("/script.js", "Accept-Encoding: identity")
	for accept, want := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "GZIP": true, "gzip;q=0": false, "gzip;q=x": false, "identity": false, "br": false} {
		r, text := s.get("/script.js", "Accept-Encoding: "+accept)
		if got := r.Header.Get("Content-Encoding") == "gzip"; got != want || r.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: compressed %v, want %v", accept, got, want)
		}
		if want {
			z, err := gzip.NewReader(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(z)
			text = string(b)
		}
		if text != plain {
			t.Errorf("%s: another script", accept)
		}
	}
}

func TestDetail(t *testing.T) {
	var asked []string
	detail := func(_ context.Context, id string) (*Detail, error) {
		if asked = append(asked, id); id == "itwo" {
			return nil, errors.New("read /proc/11/status: permission denied")
		}
		return &Detail{Processes: []Process{{10, "root", "one"}}, Audit: &Audit{Score: 3}}, nil
	}
	s := serve(t, Options{Source: Source{Map: (&atoll{names: []string{"one", "two"}}).scan, Detail: detail}}).enter()
	if r, text := s.get("/island?id=ione"); r.StatusCode != http.StatusOK || !strings.Contains(text, `"score":3`) {
		t.Errorf("%s %s", r.Status, text)
	}
	if r, text := s.get("/island?id=itwo"); r.StatusCode != http.StatusServiceUnavailable || !strings.Contains(text, "permission denied") {
		t.Errorf("%s %s", r.Status, text)
	}
	for _, id := range []string{"", "nobody", "../etc", "ione%00", "ione&id=x", "1"} {
		if r, _ := s.get("/island?id=" + id); r.StatusCode != http.StatusNotFound && id != "ione&id=x" {
			t.Errorf("island %q: %s", id, r.Status)
		}
	}
	for _, id := range asked {
		if id != "ione" && id != "itwo" {
			t.Errorf("asked for %q", id)
		}
	}
}

func TestFailureOfTheFirstScan(t *testing.T) {
	a := &atoll{err: errors.New("open /proc: permission denied")}
	s := serve(t, Options{Source: Source{Map: a.scan}}).enter()
	for _, path := range []string{"/map", "/map.json", "/map.svg", "/island?id=x"} {
		if r, text := s.get(path); r.StatusCode != http.StatusServiceUnavailable || !strings.Contains(text, "open /proc: permission denied") {
			t.Errorf("GET %s: %s %q", path, r.Status, text)
		}
	}
}
