package gitlab

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

func TestInspectAccepts(t *testing.T) {
	t.Parallel()
	const known, never, unknown = credentials.ExpiryKnown, credentials.ExpiryNever, credentials.ExpiryUnknown
	deploy := gitlabtest.Token{Kind: gitlabtest.DeployToken, Username: "gitlab+deploy-token-1"}
	for name, tc := range map[string]struct {
		token    gitlabtest.Token
		username string
		expiry   credentials.Expiry
	}{
		"a PAT": {gitlabtest.Token{Name: "laptop", Scopes: []string{"read_registry"}, ExpiresAt: "2026-05-31"},
			"jane", known},
		"a PAT, under no name": {gitlabtest.Token{Scopes: []string{"write_registry"}}, "", never},
		"a deploy token":       {deploy, deploy.Username, unknown},
		"a password":           {gitlabtest.Token{Kind: gitlabtest.Password, Username: "jane"}, "jane", unknown},
	} {
		w := newWorld(t, &tc.token)
		life, err := w.inspect(t, tc.username)
		if err != nil || life.Expiry != tc.expiry || life.Name != tc.token.Name ||
			life.ExpiresAt.IsZero() != (tc.expiry != known) || !life.VerifiedAt.Equal(noon) || life.GitLab != w.base {
			t.Errorf("%s: %+v, %v", name, life, err)
		}
		if !slices.Equal(life.Scopes, tc.token.Scopes) {
			t.Errorf("%s: scopes %v", name, life.Scopes)
		}
	}
}

// TestKind: GitLab tells it of a token that has a page of its own, the prefix has to do for the others.
func TestKind(t *testing.T) {
	t.Parallel()
	for secret, want := range map[string]credentials.Kind{
		"gldt-0123456789":  credentials.KindDeploy,
		"glpat-0123456789": credentials.KindPersonal,
		"correct horse":    credentials.KindUnknown,
	} {
		w := newWorld(t, nil)
		w.gitlab.Add(gitlabtest.Token{Secret: secret, Kind: gitlabtest.DeployToken, Username: "jane"})
		w.gitlab.Add(gitlabtest.Token{Secret: "company-" + secret, Scopes: []string{"api"}})
		found, err := w.client.Inspect(t.Context(), credentials.Question{Host: w.host, Username: "jane", Secret: credentials.NewSecret(secret)})
		life := found.Life
		if err != nil || life.Kind != want {
			t.Errorf("%s: %+v, %v", secret, life, err)
		}
		found, err = w.client.Inspect(t.Context(), credentials.Question{Host: w.host, Username: "jane", Secret: credentials.NewSecret("company-" + secret)})
		life = found.Life
		if err != nil || life.Kind != credentials.KindPersonal {
			t.Errorf("company-%s: %+v, %v", secret, life, err)
		}
	}
}

// TestWhatGitLabIsAsked follows the one good way through: what is asked, and what comes along with it.
func TestWhatGitLabIsAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}, ExpiresAt: "2026-05-31"})
	if _, err := w.inspect(t, "jane"); err != nil {
		t.Fatal(err)
	}
	seen := w.gitlab.Seen()
	if len(seen) != 3 {
		t.Fatalf("%+v", seen)
	}
	if r := seen[0]; r.Endpoint != gitlabtest.Self || r.Header != gitlabtest.PrivateToken || !r.Carried(canary) {
		t.Errorf("first %+v", r)
	}
	if r := seen[1]; r.Endpoint != gitlabtest.SignIn || r.Header != gitlabtest.Basic || !r.Carried(canary) ||
		r.Username != "jane" || r.Service != "container_registry" || len(r.Scopes) != 0 {
		t.Errorf("then %+v", r)
	}
	if r := seen[2]; r.Endpoint != gitlabtest.SignIn || r.Header != gitlabtest.Basic || r.Service != "dependency_proxy" {
		t.Errorf("last %+v", r)
	}
	for _, r := range seen {
		if r.UserAgent != "docker-credential-gitlabjob/test" {
			t.Errorf("user agent %q", r.UserAgent)
		}
	}
	trace := strings.Join(w.trace, "\n")
	found := "the GitLab behind " + w.host.String() + " is " + w.base
	for _, step := range []string{found, "accepted, expires on 2026-05-31"} {
		if !strings.Contains(trace, step) {
			t.Errorf("no %q in the trace:\n%s", step, trace)
		}
	}
}

// TestTheRegistryGetsNoCredential: only its challenge is of interest, and it is asked for once.
func TestTheRegistryGetsNoCredential(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
	asked := 0
	w.registry = func(rw http.ResponseWriter, r *http.Request) {
		asked++
		if r.Header.Get("Authorization") != "" || r.Header.Get("PRIVATE-TOKEN") != "" || r.URL.Path != "/v2/" {
			t.Errorf("%s %v", r.URL, r.Header)
		}
		rw.Header().Set("WWW-Authenticate", w.gitlab.Challenge("container_registry", w.base+"/jwt/auth"))
		rw.WriteHeader(http.StatusUnauthorized)
	}
	if _, err := w.inspect(t, "jane"); err != nil || asked != 1 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

func TestInspectRefuses(t *testing.T) {
	t.Parallel()
	api := []string{"api"}
	for _, tc := range []struct {
		token   gitlabtest.Token
		why     credentials.Refusal
		word    string
		signIns int
	}{
		{gitlabtest.Token{Scopes: api, ExpiresAt: "2026-03-01"}, credentials.RefusedExpired, gitlabtest.TokenExpired, 0},
		{gitlabtest.Token{Scopes: api, Revoked: true}, credentials.RefusedRevoked, gitlabtest.TokenRevoked, 0},
		{gitlabtest.Token{Scopes: api, Inactive: true}, credentials.RefusedInactive, "", 0},
		{gitlabtest.Token{Scopes: api, Blocked: true}, credentials.RefusedBlocked, gitlabtest.AccountBlocked, 1},
		{gitlabtest.Token{Scopes: []string{"read_user"}}, credentials.RefusedNoRight, gitlabtest.AccessForbidden, 1},
		{gitlabtest.Token{Kind: gitlabtest.DeployToken, Username: "jane", Scopes: []string{"read_repository"}},
			credentials.RefusedNoRight, gitlabtest.AccessForbidden, 1},
		{gitlabtest.Token{Kind: gitlabtest.DeployToken, Username: "another"}, credentials.RefusedUnknown,
			"HTTP Basic: Access denied. If a password", 1},
		{gitlabtest.Token{Kind: gitlabtest.JobToken}, credentials.RefusedUnknown, "HTTP Basic: Access denied.", 1},
	} {
		w := newWorld(t, &tc.token)
		_, err := w.inspect(t, "jane")
		refused := refusedWith(t, err)
		if refused.Why != tc.why || !strings.HasPrefix(refused.Word, tc.word) || (refused.Word == "") != (tc.word == "") ||
			refused.Host != w.host || refused.GitLab != w.base {
			t.Errorf("%+v: %#v", tc.token, refused)
		}
		if self, signIn := w.count(gitlabtest.Self), w.count(gitlabtest.SignIn); self != 1 || signIn != tc.signIns {
			t.Errorf("%+v: asked %d and %d times", tc.token, self, signIn)
		}
	}
}

func TestUnknownTokenAndTheOlderText(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.gitlab.Fault(gitlabtest.Fault{Endpoint: gitlabtest.SignIn, OldMessage: true})
	_, err := w.inspect(t, "jane")
	if r := refusedWith(t, err); r.Why != credentials.RefusedUnknown || !strings.Contains(r.Word, "your account has 2FA") {
		t.Errorf("%#v", r)
	}
}

func TestCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
	_, err := w.client.Inspect(ctx, credentials.Question{Host: w.host, Username: "jane", Secret: credentials.NewSecret(canary)})
	wantUnreachable(t, err, "context canceled")
	if !errors.Is(err, context.Canceled) || len(w.gitlab.Seen()) != 0 {
		t.Errorf("%v, seen %v", err, w.gitlab.Seen())
	}
}

// TestDeadline looks at the one deadline that all requests have.
func TestDeadline(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
	client, err := w.client.httpClient()
	if err != nil {
		t.Fatal(err)
	}
	watch := &deadlines{next: client.Transport}
	client.Transport = watch
	before := time.Now()
	if _, err := w.inspect(t, "jane"); err != nil {
		t.Fatal(err)
	}
	if len(watch.at) != 5 { // The registry is asked in https, then in http.
		t.Fatalf("%d requests", len(watch.at))
	}
	for _, at := range watch.at {
		if left := at.Sub(before); left < 10*time.Second || left > 11*time.Second || !at.Equal(watch.at[0]) {
			t.Errorf("deadlines: %v, from %v", watch.at, before)
		}
	}
}

// deadlines notes when each request has to be done.
type deadlines struct {
	next http.RoundTripper
	at   []time.Time
}

func (d *deadlines) RoundTrip(r *http.Request) (*http.Response, error) {
	at, _ := r.Context().Deadline()
	d.at = append(d.at, at)
	return d.next.RoundTrip(r)
}
