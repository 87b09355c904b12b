package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"isle/internal/atlas"
)

// text is a map as somebody saved it.
func text(m *atlas.Map) string {
	b, _ := json.Marshal(m)
	return string(b)
}

func TestDrawASavedMap(t *testing.T) {
	s := serve(t, Options{}).enter()
	r, _ := s.ask("POST", "/draw", text(mapOf("blue", "</text><script>alert(1)</script>")), "Content-Type: application/json", "Origin: "+s.base)
	if r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an ID of markup: %s", r.Status)
	}
	m := mapOf("blue")
	m.Islands[1].Name = "</text><script>alert(1)</script>"
	r, svg := s.ask("POST", "/draw", text(m), "Content-Type: application/json; charset=utf-8", "Origin: "+s.base)
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != svgType || !strings.Contains(svg, `data-id="iblue"`) {
		t.Errorf("%s: %.300s", r.Status, svg)
	}
	if strings.Contains(svg, "<script") {
		t.Error("a name became markup")
	}
}

func TestDrawRefuses(t *testing.T) {
	s := serve(t, Options{}).enter()
	for name, change := range map[string]func(*atlas.Map){
		"another version":                 func(m *atlas.Map) { m.Schema++ },
		"no version":                      func(m *atlas.Map) { m.Schema = 0 },
		"no islands":                      func(m *atlas.Map) { m.Islands = nil },
		"an island that is null":          func(m *atlas.Map) { m.Islands[1] = nil },
		"an ID twice":                     func(m *atlas.Map) { m.Islands[1].ID = "host" },
		"no ID":                           func(m *atlas.Map) { m.Islands[1].ID = "" },
		"an ID with a space":              func(m *atlas.Map) { m.Islands[1].ID = "a b" },
		"an ID without end":               func(m *atlas.Map) { m.Islands[1].ID = strings.Repeat("a", 65) },
		"a sort of markup":                func(m *atlas.Map) { m.Islands[1].Sort = `"><script>` },
		"an island that is its own child": func(m *atlas.Map) { m.Islands[1].Parent = m.Islands[1].ID },
		"a circle":                        func(m *atlas.Map) { m.Islands[1].Parent = m.Islands[2].ID },
		"a host that came out of another": func(m *atlas.Map) { m.Islands[0].Parent = m.Islands[1].ID },
		"a namespace that is null":        func(m *atlas.Map) { m.Namespaces[0] = nil },
		"a namespace twice":               func(m *atlas.Map) { m.Namespaces[1].Inode = m.Namespaces[0].Inode },
		"a namespace of nobody":           func(m *atlas.Map) { m.Namespaces[0].Islands = []string{"nobody"} },
		"a process of nobody":             func(m *atlas.Map) { m.Processes[0].Island = "nobody" },
	} {
		m := mapOf("one", "two")
		change(m)
		if r, why := s.ask("POST", "/draw", text(m), "Content-Type: application/json"); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %s %.200s", name, r.Status, why)
		}
	}
	for _, body := range []string{"", "{", "null", "[]", "{}", `{"schema":1e9}`, `{"schema":1,"islands":[{"id":"a","ns":{"nothing":1}}]}`, text(mapOf()) + "x", text(mapOf()) + "{}"} {
		if r, _ := s.ask("POST", "/draw", body, "Content-Type: application/json"); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("body %.60q: %s", body, r.Status)
		}
	}
	// A form of another site can send these types without being asked first.
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"} {
		if r, _ := s.ask("POST", "/draw", text(mapOf("one")), "Content-Type: "+kind); r.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("type %q: %s", kind, r.Status)
		}
	}
}

func TestDrawRefusesTooMuch(t *testing.T) {
	s := serve(t, Options{}).enter()
	for _, body := range []string{`{"host":"` + strings.Repeat("a", maxBody) + `"}`, text(mapOf("one")) + strings.Repeat(" ", maxBody)} {
		if r, _ := s.ask("POST", "/draw", body, "Content-Type: application/json"); r.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%d bytes: %s", len(body), r.Status)
		}
	}
}

func FuzzReadMap(f *testing.F) {
	f.Add(text(mapOf()))
	f.Add(text(mapOf("one", "two")))
	f.Add(`{"schema":1,"islands":[null]}`)
	f.Add(`{"schema":1,"islands":[{"id":"a","sort":"host"},{"id":"b","sort":"unit","parent":"a"}],"namespaces":[{"inode":1,"kind":"net","held":["x"]}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		if m, err := atlas.Read(strings.NewReader(s)); err == nil {
			if _, err := picture(m, 0); err != nil {
				t.Errorf("a map that was read cannot be drawn: %v", err)
			}
		}
	})
}
