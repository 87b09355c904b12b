package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"sync"
)

// session is the one browser that a server answers to. The token stands in an
// URL, which ends in histories and over shoulders; so it can be used once, and
// what the browser has then is another secret.
type session struct {
	token  string
	cookie string

	mu   sync.Mutex
	used bool
}

func newSession() *session { return &session{token: secret(), cookie: secret()} }

// secret returns 32 random bytes in hexadecimal.
func secret() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b)
}

// same compares in a time that does not tell how much of a guess is right.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// take says whether a token is right and is used for the first time.
func (s *session) take(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !same(token, s.token) || s.used {
		return false
	}
	s.used = true
	return true
}

// cookieName has the port in it, since a browser gives a cookie to all ports of
// a host, and two servers would take each other's away.
func cookieName(port string) string { return "isle-" + port }

// known says whether a request comes from the browser that had the token.
func (s *session) known(r *http.Request, port string) bool {
	c, err := r.Cookie(cookieName(port))
	return err == nil && same(c.Value, s.cookie)
}

// begin answers the request that brings the token. The redirection takes the
// token out of the address bar.
func (s *session) begin(w http.ResponseWriter, r *http.Request, port string) {
	if s.take(r.URL.Query().Get("token")) {
		http.SetCookie(w, &http.Cookie{
			Name: cookieName(port), Value: s.cookie, Path: "/",
			HttpOnly: true, SameSite: http.SameSiteStrictMode,
		})
	} else if !s.known(r, port) {
		notice(w, http.StatusForbidden, "This address has been used up",
			"Its token is wrong, or a browser has used it before: it works once. Run the command again, and it prints a new one.")
		return
	}
	w.Header().Set("Location", "/")
	w.WriteHeader(http.StatusSeeOther)
}
