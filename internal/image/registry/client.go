package registry

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	gname "github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Client is how this user speaks to registries.
type Client struct {
	Config    *Config
	AuthFiles []string
	Given     *Credentials // instead of those in files
	TLSVerify *bool        // instead of what the configuration says
	Retry     Retry

	mutex sync.Mutex
	bases map[bool]http.RoundTripper // by whether they are insecure
}

// Retry says how often and when something is tried again that may have failed by
// chance: connections that break, and answers 429 and 5xx.
type Retry struct {
	Tries int           // 0: 6
	Pause time.Duration // before the second try; doubled each time; 0: 250 ms
	Stall time.Duration // how long a server may say nothing; 0: a minute
}

func (r Retry) filled() Retry {
	if r.Tries == 0 {
		r.Tries = 6
	}
	if r.Pause == 0 {
		r.Pause = 250 * time.Millisecond
	}
	if r.Stall == 0 {
		r.Stall = time.Minute
	}
	return r
}

// Repository is a repository at one place, to which the client has got in.
type Repository struct {
	Place
	http  *http.Client
	base  string // URL up to the repository
	retry Retry
}

// Open gets into a repository, to pull or to push.
func (c *Client) Open(ctx context.Context, p Place, push bool) (*Repository, error) {
	insecure := p.Insecure
	if c.TLSVerify != nil {
		insecure = !*c.TLSVerify
	}
	options := []gname.Option{gname.WeakValidation}
	if insecure {
		options = append(options, gname.Insecure)
	}
	at, err := gname.NewRepository(p.Host+"/"+p.Path, options...)
	if err != nil {
		return nil, fmt.Errorf("%s/%s: %w", p.Host, p.Path, err)
	}
	auth, err := c.authenticator(ctx, p)
	if err != nil {
		return nil, err
	}
	r := &Repository{Place: p, retry: c.Retry.filled()}
	scopes := []string{at.Scope(transport.PullScope)}
	if push {
		scopes = []string{at.Scope(transport.PushScope)}
	}
	var t http.RoundTripper
	err = r.again(ctx, func() (err error) {
		t, err = transport.NewWithContext(ctx, at.Registry, auth, c.base(insecure), scopes)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registry %s: %w", p.Host, plain(err))
	}
	r.http = &http.Client{Transport: t}
	// The transport puts the scheme right.
	r.base = "https://" + at.RegistryStr() + "/v2/" + at.RepositoryStr()
	return r, nil
}

func (c *Client) base(insecure bool) http.RoundTripper {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.bases == nil {
		c.bases = map[bool]http.RoundTripper{}
	}
	if c.bases[insecure] == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.ResponseHeaderTimeout = c.Retry.filled().Stall
		t.DisableCompression = true // digests are of what is sent
		if insecure {
			t.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
		}
		c.bases[insecure] = t
	}
	return c.bases[insecure]
}

func (c *Client) authenticator(ctx context.Context, p Place) (authn.Authenticator, error) {
	found := c.Given
	if found == nil {
		var err error
		if found, err = Look(ctx, c.AuthFiles, p.Host, p.Path); err != nil {
			return nil, err
		}
	}
	if found == nil {
		return authn.Anonymous, nil
	}
	return authn.FromConfig(authn.AuthConfig{Username: found.User, Password: found.Password, IdentityToken: found.Token}), nil
}

// Check asks a registry whether it knows the given credentials.
func (c *Client) Check(ctx context.Context, host string) error {
	insecure := c.TLSVerify != nil && !*c.TLSVerify
	options := []gname.Option{}
	if insecure {
		options = append(options, gname.Insecure)
	}
	at, err := gname.NewRegistry(host, options...)
	if err != nil {
		return err
	}
	auth, err := c.authenticator(ctx, Place{Host: host})
	if err != nil {
		return err
	}
	t, err := transport.NewWithContext(ctx, at, auth, c.base(insecure), nil)
	if err != nil {
		return plain(err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+at.RegistryStr()+"/v2/", nil)
	if err != nil {
		return err
	}
	answer, err := (&http.Client{Transport: t}).Do(request)
	if err != nil {
		return plain(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusUnauthorized {
		return errors.New("it does not know this user with this password")
	}
	return statusError(answer, http.StatusOK)
}
