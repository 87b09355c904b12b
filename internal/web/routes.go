package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"isle/internal/atlas"
	"isle/internal/page"
)

// answer is what a request gets: a body of a type, or an error.
type answer func(s *Server, r *http.Request) (contentType string, body []byte, err error)

// answers are all there is, beside the stream of events.
var answers = []struct {
	pattern string
	answer  answer
}{
	{"GET /{$}", theDocument},
	{"GET /style.css", theStyle},
	{"GET /script.js", theScript},
	{"GET /theme.js", theTheme},
	{"GET /map", theVersion},
	{"GET /map.json", theMap},
	{"GET /map.svg", thePicture},
	{"GET /island", theDetail},
	{"POST /draw", theDrawing},
}

const (
	htmlType   = "text/html; charset=utf-8"
	cssType    = "text/css; charset=utf-8"
	scriptType = "text/javascript; charset=utf-8"
	jsonType   = "application/json"
	svgType    = "image/svg+xml"
)

// failure is an error with the status that it is told with.
type failure struct {
	status int
	why    string
}

func (f failure) Error() string { return f.why }

// handler puts the answers behind the guard.
func (s *Server) handler(on net.Addr) http.Handler {
	mux := http.NewServeMux()
	for _, a := range answers {
		mux.HandleFunc(a.pattern, func(w http.ResponseWriter, r *http.Request) {
			contentType, body, err := a.answer(s, r)
			if err != nil {
				fail(w, err)
				return
			}
			send(w, r, contentType, body)
		})
	}
	mux.HandleFunc("GET /events", s.events)
	return newGuard(on, s.options.Address, s.session, mux)
}

// fail tells an error. What is not the browser's mistake is the host's.
func fail(w http.ResponseWriter, err error) {
	status := http.StatusServiceUnavailable
	var f failure
	if errors.As(err, &f) {
		status = f.status
	}
	refuse(w, status, err.Error())
}

func theDocument(*Server, *http.Request) (string, []byte, error) {
	var b bytes.Buffer
	err := page.Live(&b)
	return htmlType, b.Bytes(), err
}

func theStyle(*Server, *http.Request) (string, []byte, error) {
	return cssType, []byte(page.Style()), nil
}

func theScript(*Server, *http.Request) (string, []byte, error) {
	return scriptType, []byte(page.Script()), nil
}

func theTheme(*Server, *http.Request) (string, []byte, error) {
	return scriptType, []byte(page.Theme()), nil
}

// theVersion is all that the page needs to show the newest map.
func theVersion(s *Server, r *http.Request) (string, []byte, error) {
	v, err := s.feed.latest(r.Context())
	if v == nil {
		return "", nil, err
	}
	svg := v.svg
	if width := widthFor(r); width > 0 {
		if svg, err = picture(v.m, width); err != nil {
			return "", nil, err
		}
	}
	reply := struct {
		Version int        `json:"version"`
		Map     *atlas.Map `json:"map"`
		SVG     string     `json:"svg"`
	}{v.number, v.m, string(svg)}
	body, err := asJSON(reply)
	return jsonType, body, err
}

// widthFor is how wide a picture a narrow window asks for; 0 is any width.
func widthFor(r *http.Request) int {
	width, err := strconv.Atoi(r.URL.Query().Get("width"))
	if err != nil || width < 300 || width > 2000 {
		return 0
	}
	return width
}

func theMap(s *Server, r *http.Request) (string, []byte, error) {
	v, err := s.feed.latest(r.Context())
	if v == nil {
		return "", nil, err
	}
	body, err := asJSON(v.m)
	return jsonType, body, err
}

func thePicture(s *Server, r *http.Request) (string, []byte, error) {
	v, err := s.feed.latest(r.Context())
	if v == nil {
		return "", nil, err
	}
	return svgType, v.svg, nil
}

// theDetail is of an island that is on the map, and of no other.
func theDetail(s *Server, r *http.Request) (string, []byte, error) {
	v, err := s.feed.latest(r.Context())
	if v == nil {
		return "", nil, err
	}
	id := r.URL.Query().Get("id")
	if s.options.Source.Detail == nil || v.m.Find(id) == nil {
		return "", nil, failure{http.StatusNotFound, "no such island is on the map"}
	}
	ctx, cancel := context.WithTimeout(r.Context(), 20*time.Second)
	defer cancel()
	if err := s.details.take(ctx); err != nil {
		return "", nil, failure{http.StatusServiceUnavailable, "others are being looked at"}
	}
	defer s.details.free()
	d, err := s.options.Source.Detail(ctx, id)
	if err != nil {
		return "", nil, err
	}
	body, err := asJSON(d)
	return jsonType, body, err
}

// asJSON leaves <, > and & as they are: the answer is no markup, and a picture
// has many.
func asJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}
