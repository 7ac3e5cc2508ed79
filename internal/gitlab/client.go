package gitlab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// Options are what a Client needs from outside. Each of them may be left out.
type Options struct {
	// UserAgent names the program and its version to the servers.
	UserAgent string
	// CAFile is a PEM file of certificate authorities that count besides the system's: CI_SERVER_TLS_CA_FILE.
	CAFile string
	// Now is the clock; without it, the machine's.
	Now func() time.Time
	// Trace is told each step. No secret is ever among its arguments.
	Trace func(format string, args ...any)
	// Progress is told, for people who wait, who is being asked what. It may be called by several goroutines at a time.
	Progress func(doing string)
}

// Client asks GitLab about credentials. It may be used by several goroutines at a time.
type Client struct {
	options Options

	once sync.Once
	http *http.Client
	err  error // why there is no http

	clock struct { // of the server that has answered last
		mu    sync.Mutex
		ahead time.Duration
		known bool
	}
}

var (
	_ credentials.Inspector = (*Client)(nil)
	_ credentials.Issuer    = (*Client)(nil)
)

// New returns a Client. It does no work: files are read and connections opened by the first question only, since most
// runs of the program have none.
func New(o Options) *Client { return &Client{options: o} }

// TokenPage returns the address of the page that creates a personal access token, filled in with what this program
// needs (gl:doc/user/profile/personal_access_tokens). base is the GitLab's URL without a slash at its end.
func TokenPage(base string) string {
	return base + "/-/user_settings/personal_access_tokens" +
		"?name=docker-credential-gitlabjob&scopes=read_registry,write_registry,self_rotate"
}

// ParseBase reads the URL of a GitLab as people write it, and returns it without a slash at its end. It has to be
// https, or http on this machine. The error does not repeat it.
func ParseBase(text string) (string, error) {
	base, reason := baseURL(strings.TrimRight(text, "/")+signInPath, true)
	if reason != "" {
		return "", errors.New("--gitlab takes the URL of a GitLab, as https://gitlab.example.com, and not one " + reason)
	}
	return base, nil
}

// Base returns the URL of the GitLab behind a registry, without a slash at its end. No credential is sent. Its errors
// are those of Inspect.
func (c *Client) Base(ctx context.Context, h credentials.Host) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	at, err := c.discover(ctx, h, nil)
	return at.base, err
}

func (c *Client) now() time.Time {
	if c.options.Now == nil {
		return time.Now().UTC()
	}
	return c.options.Now().UTC()
}

func (c *Client) progress(format string, args ...any) {
	if c.options.Progress != nil {
		c.options.Progress(fmt.Sprintf(format, args...))
	}
}

func (c *Client) trace(format string, args ...any) {
	if c.options.Trace != nil {
		c.options.Trace(format, args...)
	}
}
