package web

import (
	"fmt"
	"html"
	"net"
	"net/http"
	"slices"
)

// policy lets the page load its own script and style and talk to its own server.
// With Trusted Types, text becomes markup in one place of the script only.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'none'; " +
	"require-trusted-types-for 'script'; trusted-types isle"

// headers are on every answer.
var headers = [][2]string{
	{"Content-Security-Policy", policy},
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Embedder-Policy", "require-corp"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
	{"Cache-Control", "no-store"},
}

// guard stands before everything that a server answers.
type guard struct {
	hosts   []string // that a request may name
	port    string
	session *session
	inside  http.Handler
}

// newGuard guards a server that listens on an address. A request that names
// another was lured here by a name that someone else resolves (DNS rebinding).
func newGuard(on net.Addr, given string, s *session, inside http.Handler) *guard {
	_, port, _ := net.SplitHostPort(on.String())
	g := &guard{port: port, session: s, inside: inside, hosts: []string{on.String()}}
	for _, name := range []string{"127.0.0.1", "localhost", "[::1]"} {
		g.hosts = append(g.hosts, name+":"+port)
		if port == "80" {
			g.hosts = append(g.hosts, name)
		}
	}
	if given != "" {
		g.hosts = append(g.hosts, given)
	}
	return g
}

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, h := range headers {
		w.Header().Set(h[0], h[1])
	}
	switch {
	case !slices.Contains(g.hosts, r.Host):
		refuse(w, http.StatusForbidden, "this server does not go by the name "+printable(r.Host))
	case !fromHere(r):
		refuse(w, http.StatusForbidden, "another site asked for this")
	case r.Method != http.MethodGet && r.Method != http.MethodHead && (r.Method != http.MethodPost || r.URL.Path != "/draw"):
		w.Header().Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "nothing here can be changed")
	case r.Method == http.MethodGet && r.URL.Path == "/" && r.URL.Query().Has("token"):
		g.session.begin(w, r, g.port)
	case r.URL.Path != "/style.css" && !g.session.known(r, g.port):
		notice(w, http.StatusForbidden, "This page is for another browser",
			"Open the address that the command printed. If that has been used, run the command again.")
	default:
		g.inside.ServeHTTP(w, r)
	}
}

// fromHere says whether a request is of a page of this server, or of the user's
// own making. Another port of this machine is the same site, but not this server.
func fromHere(r *http.Request) bool {
	for _, origin := range r.Header.Values("Origin") {
		if origin != "http://"+r.Host {
			return false
		}
	}
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" {
			return false
		}
	}
	return true
}

// refuse says in a line why there is no answer.
func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintln(w, why)
}

// notice says the same to a person.
func notice(w http.ResponseWriter, status int, title, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	title, text = html.EscapeString(title), html.EscapeString(text)
	fmt.Fprintf(w, `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">`+
		`<meta name="color-scheme" content="light dark"><title>%s</title><link rel="stylesheet" href="/style.css">`+
		`<main class="notice"><h1>%s</h1><p>%s</p></main></html>`, title, title, text)
}

// printable is a text of the request as it may stand in an answer.
func printable(s string) string { return fmt.Sprintf("%.100q", s) }
