package gitlab

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// TestUser: GitLab takes a personal access token under any name, and its registry token says whose it is.
func TestUser(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		token      gitlabtest.Token
		login, own string
	}{
		"under its own name":     {gitlabtest.Token{Username: "jane", Scopes: []string{"api"}}, "jane", "jane"},
		"under another":          {gitlabtest.Token{Username: "jane.d_oe-1", Scopes: []string{"api"}}, "oauth2", "jane.d_oe-1"},
		"of a bot":               {gitlabtest.Token{Username: "project_7_bot_c0ffee", Scopes: []string{"api"}}, "x", "project_7_bot_c0ffee"},
		"a deploy token":         {gitlabtest.Token{Kind: gitlabtest.DeployToken, Username: "gitlab+deploy-token-1"}, "gitlab+deploy-token-1", ""},
		"a token without a user": {gitlabtest.Token{Scopes: []string{"api"}}, "jane", ""},
	} {
		w := newWorld(t, &tc.token)
		q := w.question("")
		q.Username = tc.login
		found, err := w.client.Inspect(t.Context(), q)
		if err != nil || found.User != tc.own {
			t.Errorf("%s: %q, %v", name, found.User, err)
		}
		// Only the API tells when a token was made, and a deploy token has none.
		if told := !found.CreatedAt.IsZero(); told != (tc.token.Kind == gitlabtest.PAT) || told && found.CreatedAt.Year() != 2020 {
			t.Errorf("%s: made at %v", name, found.CreatedAt)
		}
	}
}

// grant is an answer of the sign-in with a registry token of that header and those claims.
func grant(header, claims string) string {
	part := base64.RawURLEncoding.EncodeToString
	body, _ := json.Marshal(map[string]string{"token": part([]byte(header)) + "." + part([]byte(claims)) + ".c2ln"})
	return string(body)
}

func sub(name string) string {
	text, _ := json.Marshal(name)
	return `{"aud":"container_registry","exp":1,"sub":` + string(text) + `}`
}

// TestHostileUser: a name that cannot be shown as it is is nobody's, and the credential is good all the same.
func TestHostileUser(t *testing.T) {
	t.Parallel()
	const rs256 = `{"alg":"RS256","typ":"JWT"}`
	for name, tc := range map[string]struct{ body, user string }{
		"a good one":              {grant(rs256, sub("jane")), "jane"},
		"of another algorithm":    {grant(`{"alg":"GL1"}`, sub("jane")), "jane"},
		"of none":                 {grant(`{}`, sub("jane")), "jane"},
		"in other letters":        {grant(rs256, sub("jané")), "jané"},
		"with control characters": {grant(rs256, sub("ja\x1b[2Jne")), ""},
		"on two lines":            {grant(rs256, sub("jane\nerror: no")), ""},
		"with spaces around":      {grant(rs256, sub(" jane ")), ""},
		"with bidi marks":         {grant(rs256, sub("jane\u202e")), ""},
		"the token":               {grant(rs256, sub(canary)), ""},
		"with the token in it":    {grant(rs256, sub("jane-"+canary)), ""},
		"with a piece of it":      {grant(rs256, sub("jane-"+canary[3:16])), ""},
		"the token in base64":     {grant(rs256, sub(base64.StdEncoding.EncodeToString([]byte("oauth2:"+canary)))), ""},
		"10 KB":                   {grant(rs256, sub(strings.Repeat("a", 10<<10))), ""},
		"a number":                {grant(rs256, `{"sub":7}`), ""},
		"null":                    {grant(rs256, `{"sub":null}`), ""},
		"claims that are a list":  {grant(rs256, `[]`), ""},
		"claims that are no JSON": {grant(rs256, `{"sub":"jane"`), ""},
		"an odd expiry":           {grant(rs256, `{"sub":"jane","exp":"soon"}`), ""},
		"no JWT":                  {`{"token":"opaque"}`, ""},
		"no base64":               {`{"token":"a.b.c"}`, ""},
		"dots":                    {`{"token":"` + strings.Repeat(".", 1000) + `"}`, ""},
	} {
		w := newWorld(t, &gitlabtest.Token{Username: "jane", Scopes: []string{"api"}})
		w.gitlab.Fault(gitlabtest.Fault{Endpoint: gitlabtest.SignIn, Body: tc.body})
		q := w.question(w.base)
		q.Username = "oauth2"
		found, err := w.client.Inspect(t.Context(), q)
		w.wantNoSecret(t, q, found, err)
		if err != nil || found.User != tc.user || found.Life.Expiry != credentials.ExpiryNever {
			t.Errorf("%s: %q, %v", name, found.User, err)
		}
	}
}

// FuzzUser holds against any registry token: a name that comes out is short, can be shown, and has no piece of the
// secret in it.
func FuzzUser(f *testing.F) {
	for _, claims := range []string{sub("jane"), sub(canary), sub("a\x1bb"), `{"sub":7}`, `{"exp":1e400}`, `{"iat":{}}`, `[`} {
		f.Add(`{"alg":"RS256"}`, claims)
	}
	f.Add(`{"alg":7}`, `{}`)
	f.Fuzz(func(t *testing.T, header, claims string) {
		hide := forms("jane", credentials.NewSecret(canary))
		got := readHandshake(reply{status: 200, body: []byte(grant(header, claims))}, hide)
		if got.outcome != accepted || got.user != word(got.user) || len(got.user) > maxWord || holdsPiece(got.user, hide) {
			t.Errorf("%q: %d, %q", claims, got.outcome, got.user)
		}
	})
}
