package web

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestTokenWorksOnce(t *testing.T) {
	s := serve(t, Options{})
	url := "/?token=" + s.server.session.token
	r, _ := s.get(url)
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/" {
		t.Fatalf("first use: %s to %q", r.Status, r.Header.Get("Location"))
	}
	if r, text := s.get("/"); r.StatusCode != http.StatusOK || !strings.Contains(text, "<main>") {
		t.Errorf("the page: %s", r.Status)
	}
	if r, _ := s.get(url); r.StatusCode != http.StatusSeeOther || len(r.Cookies()) != 0 {
		t.Errorf("the same browser again: %s, cookies %v", r.Status, r.Cookies())
	}
	s.client = browser()
	r, text := s.get(url)
	if r.StatusCode != http.StatusForbidden || !strings.Contains(text, "used up") || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") || len(r.Cookies()) != 0 {
		t.Errorf("another browser: %s, %q", r.Status, text)
	}
}

func TestCookieIsForThisServerOnly(t *testing.T) {
	s := serve(t, Options{})
	r, _ := s.get("/?token=" + s.server.session.token)
	cookie := r.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Name != "isle-"+s.port || cookie.Domain != "" || cookie.MaxAge != 0 || !cookie.Expires.IsZero() {
		t.Errorf("cookie %+v", cookie)
	}
	if cookie.Value == s.server.session.token {
		t.Error("the cookie is the token")
	}
}

func TestSecretsAreLongAndDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		s := newSession()
		for _, secret := range []string{s.token, s.cookie} {
			if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(secret) || seen[secret] {
				t.Fatalf("secret %q", secret)
			}
			seen[secret] = true
		}
	}
}

func TestWrongTokensDoNotHelp(t *testing.T) {
	s := serve(t, Options{})
	token := s.server.session.token
	for _, wrong := range []string{"", "0", token[:63], token + "0", strings.ToUpper(token) + " ", strings.Repeat("0", 64)} {
		if r, _ := s.get("/?token=" + strings.ReplaceAll(wrong, " ", "%20")); r.StatusCode != http.StatusForbidden || len(r.Cookies()) != 0 {
			t.Errorf("token %q: %s", wrong, r.Status)
		}
	}
	s.enter()
}

func TestOnlyOneOfManyGetsTheSession(t *testing.T) {
	s := newSession()
	var won atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if s.take(s.token) {
				won.Add(1)
			}
		})
	}
	if all.Wait(); won.Load() != 1 {
		t.Errorf("%d got it", won.Load())
	}
}

func TestURL(t *testing.T) {
	s := serve(t, Options{Address: "gateway:8080"})
	if got, want := s.server.URL(nil), "http://gateway:8080/?token="+s.server.session.token; got != want {
		t.Errorf("URL is %s, want %s", got, want)
	}
}
