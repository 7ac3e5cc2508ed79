package gitlabtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

const issuer = "gitlab-issuer"

// started returns a stand-in that knows tokens, and its URL.
func started(t *testing.T, tokens ...gitlabtest.Token) (*gitlabtest.GitLab, string) {
	t.Helper()
	g, err := gitlabtest.New(issuer)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range tokens {
		g.Add(token)
	}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	return g, server.URL
}

// got is an answer whose body may have been JSON.
type got struct {
	status int
	header http.Header
	body   string
	json   map[string]any
}

// message returns the one message of a registry's error.
func (g got) message() string {
	problems, _ := g.json["errors"].([]any)
	if len(problems) != 1 {
		return ""
	}
	problem, _ := problems[0].(map[string]any)
	text, _ := problem["message"].(string)
	return text
}

// ask sends a request with what prepare adds to it.
func ask(t *testing.T, method, url string, prepare ...func(*http.Request)) got {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range prepare {
		f(req)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	answer := got{status: resp.StatusCode, header: resp.Header, body: string(body)}
	_ = json.Unmarshal(body, &answer.json)
	return answer
}

func basic(username, password string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(username, password) }
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// sending puts a body into a request.
func sending(kind, body string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Content-Type", kind)
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	}
}
