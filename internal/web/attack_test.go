package web

import (
	"net/http"
	"strings"
	"testing"
)

// paths are all that a server has.
var paths = []string{"/", "/style.css", "/script.js", "/theme.js", "/map", "/map.json", "/map.svg", "/island?id=ione", "/events"}

func TestWithoutSessionThereIsNothing(t *testing.T) {
	s := serve(t, Options{})
	for _, path := range paths {
		r, text := s.get(path)
		if path == "/style.css" {
			continue // the notice of the others uses it, and it is no secret
		}
		if r.StatusCode != http.StatusForbidden || strings.Contains(text, "atoll") {
			t.Errorf("GET %s: %s, %q", path, r.Status, text)
		}
	}
	if r, _ := s.ask("POST", "/draw", "{}", "Content-Type: application/json"); r.StatusCode != http.StatusForbidden {
		t.Errorf("POST /draw: %s", r.Status)
	}
	for _, cookie := range []string{"", "x", s.server.session.token, s.server.session.cookie[:63], s.server.session.cookie + "0"} {
		if r, _ := s.get("/map", "Cookie: isle-"+s.port+"="+cookie); r.StatusCode != http.StatusForbidden {
			t.Errorf("cookie %q: %s", cookie, r.Status)
		}
	}
}

// A name that resolves to this machine, or to another and then to this, gives a
// foreign page the origin of this server (DNS rebinding).
func TestForeignHostIsRefused(t *testing.T) {
	s := serve(t, Options{Address: "gateway:8080"}).enter()
	for _, host := range []string{"evil.example", "evil.example:" + s.port, "127.0.0.1", "localhost", "127.0.0.1:1", "127.0.0.2:" + s.port, "localhost.evil.example:" + s.port, "[::2]:" + s.port, "LOCALHOST:" + s.port + ".", "gateway", "gateway:" + s.port} {
		for _, path := range append(paths, "/?token="+s.server.session.token) {
			if r, _ := s.get(path, "Host: "+host); r.StatusCode != http.StatusForbidden {
				t.Errorf("GET %s of host %s: %s", path, host, r.Status)
			}
		}
	}
	cookie := "Cookie: isle-" + s.port + "=" + s.server.session.cookie
	for _, host := range []string{"127.0.0.1:" + s.port, "localhost:" + s.port, "[::1]:" + s.port, "gateway:8080"} {
		if r, _ := s.get("/map.json", "Host: "+host, cookie); r.StatusCode != http.StatusOK {
			t.Errorf("host %s: %s", host, r.Status)
		}
	}
}

func TestForeignHostDoesNotUseTheTokenUp(t *testing.T) {
	s := serve(t, Options{})
	s.get("/?token="+s.server.session.token, "Host: evil.example")
	s.get("/?token="+s.server.session.token, "Sec-Fetch-Site: cross-site")
	s.ask("HEAD", "/?token="+s.server.session.token, "")
	s.enter()
}

func TestOtherSitesAreRefused(t *testing.T) {
	s := serve(t, Options{}).enter()
	for _, header := range []string{
		"Origin: http://evil.example", "Origin: null", "Origin: https://127.0.0.1:" + s.port, "Origin: http://127.0.0.1:1", "Origin: http://localhost:" + s.port,
		"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Sec-Fetch-Site: other",
	} {
		for _, path := range paths {
			if r, _ := s.get(path, header); r.StatusCode != http.StatusForbidden {
				t.Errorf("GET %s with %s: %s", path, header, r.Status)
			}
		}
		if r, _ := s.ask("POST", "/draw", "{}", header, "Content-Type: application/json"); r.StatusCode != http.StatusForbidden {
			t.Errorf("POST /draw with %s: %s", header, r.Status)
		}
	}
	for _, header := range []string{"Origin: " + s.base, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none"} {
		if r, _ := s.get("/map", header); r.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", header, r.Status)
		}
	}
	if r, _ := s.get("/map", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"); r.StatusCode != http.StatusForbidden {
		t.Errorf("two Sec-Fetch-Site: %s", r.Status)
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	s := serve(t, Options{}).enter()
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
		for _, path := range append(paths, "/nothing", "/draw/", "//draw") {
			r, _ := s.ask(method, path, "")
			if r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s %s: %s", method, path, r.Status)
			}
		}
	}
	if r, _ := s.get("/draw"); r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET /draw: %s", r.Status)
	}
	for _, path := range []string{"/nothing", "/js/start.js", "/page.html", "/.git/config", "/map/", "/debug/pprof/"} {
		if r, _ := s.get(path); r.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s: %s", path, r.Status)
		}
	}
}

func TestEveryAnswerHasTheHeaders(t *testing.T) {
	s := serve(t, Options{})
	check := func(path string, headers ...string) {
		r, _ := s.get(path, headers...)
		for _, h := range [][2]string{
			{"X-Content-Type-Options", "nosniff"}, {"Referrer-Policy", "no-referrer"}, {"Cache-Control", "no-store"}, {"X-Frame-Options", "DENY"},
			{"Cross-Origin-Opener-Policy", "same-origin"}, {"Cross-Origin-Resource-Policy", "same-origin"}, {"Cross-Origin-Embedder-Policy", "require-corp"},
		} {
			if r.Header.Get(h[0]) != h[1] {
				t.Errorf("GET %s (%s): %s is %q", path, r.Status, h[0], r.Header.Get(h[0]))
			}
		}
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
			if csp := r.Header.Get("Content-Security-Policy"); !strings.Contains(csp, part+";") || strings.Contains(csp, "unsafe") {
				t.Errorf("GET %s (%s): the policy is %q", path, r.Status, csp)
			}
		}
	}
	check("/")
	check("/", "Host: evil.example")
	check("/?token=wrong")
	s.enter()
	for _, path := range append(paths[:len(paths)-1:len(paths)-1], "/nothing") {
		check(path)
	}
}

// What comes back of a request must be no markup.
func TestNothingOfARequestIsReflectedAsMarkup(t *testing.T) {
	s := serve(t, Options{}).enter()
	for _, path := range []string{"/<script>", "/island?id=<script>", "/?token=<script>", "/map?<script>"} {
		if r, text := s.get(path); strings.Contains(text, "<script>") && !strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("GET %s: %s %q", path, r.Header.Get("Content-Type"), text)
		}
	}
	if r, text := s.get("/", "Host: <script>alert(1)</script>"); strings.Contains(text, "<script>") && !strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("the host comes back: %s %q", r.Header.Get("Content-Type"), text)
	}
}
