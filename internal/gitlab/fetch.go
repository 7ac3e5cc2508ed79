package gitlab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// maxBody bounds what is read of an answer, in bytes. A token's row has a few hundred.
const maxBody = 64 << 10

// reply is what a server answered.
type reply struct {
	url    string
	status int
	header http.Header
	body   []byte
}

var errPlainHTTP = errors.New("plain http is spoken to this machine only")

// fetch sends one GET for address, with what prepare adds to it, and returns the answer whatever its status, a redirect
// too. The error of a network that fails is one line that has none of hide in it.
func (c *Client) fetch(
	ctx context.Context, address string, prepare func(*http.Request), hide ...string,
) (reply, error) {
	return c.send(ctx, http.MethodGet, address, http.NoBody, prepare, hide...)
}

// send is fetch with any method and body.
func (c *Client) send(
	ctx context.Context, method, address string, body io.Reader, prepare func(*http.Request), hide ...string,
) (reply, error) {
	client, err := c.httpClient()
	if err != nil {
		return reply{}, err
	}
	hide = slices.Concat(hide, proxyForms(proxyText())) // A proxy may echo what it got, in place of a status.
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return reply{}, tidied(err, hide)
	}
	if !confidential(req.URL) {
		return reply{}, fmt.Errorf("%s: %w", address, errPlainHTTP)
	}
	req.Header.Set("User-Agent", c.options.UserAgent)
	if prepare != nil {
		prepare(req)
	}
	resp, err := client.Do(req)
	if err != nil {
		return reply{}, tidied(err, hide)
	}
	defer func() { _ = resp.Body.Close() }()
	c.noteClock(resp.Header)
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return reply{}, tidied(fmt.Errorf("%s: %w", address, err), hide)
	}
	if len(answer) > maxBody {
		return reply{}, fmt.Errorf("%s: the answer is longer than %d bytes", address, maxBody)
	}
	return reply{url: address, status: resp.StatusCode, header: resp.Header, body: answer}, nil
}

// confidential reports whether what is sent to u can be read by nobody on the way.
func confidential(u *url.URL) bool {
	if u.Scheme == "https" {
		return true
	}
	host, err := credentials.ParseHost(u.Host)
	return err == nil && u.Scheme == "http" && host.Loopback()
}

// unexpected is the error for an answer that is none to the question: its status, and where a redirect points.
func (r reply) unexpected(hide ...string) error {
	path, _, _ := strings.Cut(r.url, "?")
	text := fmt.Sprintf("%s answers %s", path, r.statusText())
	if to := r.redirect(hide...); to != "" {
		text += ", a redirect to " + to + ", which is not followed"
	}
	return errors.New(text)
}

// statusText returns the status in words: of this program, since a server may put anything there.
func (r reply) statusText() string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", r.status, http.StatusText(r.status)))
}

// redirect says where r points to, or "". Of a URL it tells the host only.
func (r reply) redirect(hide ...string) string {
	if r.status < 300 || r.status > 399 || r.header.Get("Location") == "" {
		return ""
	}
	to, err := url.Parse(r.header.Get("Location"))
	if err != nil || to.Host == "" {
		return "another page of its own"
	}
	return quoted(to.Scheme+"://"+to.Host, hide...)
}
