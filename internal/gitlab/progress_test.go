package gitlab

import (
	"net/http"
	"slices"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// TestBase: which GitLab is behind a registry can be asked without a credential, as its login page is wanted before
// there is one.
func TestBase(t *testing.T) {
	t.Parallel()
	w := secureWorld(t, envCert, gitlabtest.Token{Scopes: []string{"api"}})
	asked := 0
	w.registry = func(rw http.ResponseWriter, r *http.Request) {
		asked++
		if r.Header.Get("Authorization") != "" || r.Header.Get("PRIVATE-TOKEN") != "" || r.Method != http.MethodGet ||
			r.URL.String() != "/v2/" {
			t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
		}
		rw.Header().Set("WWW-Authenticate", w.gitlab.Challenge("container_registry", w.base+"/jwt/auth"))
		rw.WriteHeader(http.StatusUnauthorized)
	}
	if base, err := w.client.Base(t.Context(), w.host); err != nil || base != w.base || asked != 1 {
		t.Errorf("%q after %d requests: %v", base, asked, err)
	}
	if seen := w.gitlab.Seen(); len(seen) != 0 {
		t.Errorf("GitLab was asked: %+v", seen)
	}
	w.registry = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusBadGateway) }
	base, err := w.client.Base(t.Context(), w.host)
	wantUnreachable(t, err, "/v2/ answers 502 Bad Gateway")
	w.registry = func(http.ResponseWriter, *http.Request) {}
	other, notErr := w.client.Base(t.Context(), w.host)
	wantNotGitLab(t, notErr, "/v2/ answers 200 OK without asking for a credential")
	if base != "" || other != "" {
		t.Errorf("an error, and yet %q and %q", base, other)
	}
}

// TestProgress: people hear whom they are waiting for, and wantNoSecret looks for the token in it.
func TestProgress(t *testing.T) {
	t.Parallel()
	w := rotating(t)
	registry, about := "asking "+w.host.String()+" which GitLab it belongs to", "asking "+w.base+" about the token"
	q := w.question("")
	named := w.question(w.base + "/")
	for name, tc := range map[string]struct {
		ask  func() error
		want []string
	}{
		"inspect": {
			func() error { _, err := w.client.Inspect(t.Context(), q); return err },
			[]string{registry, about, "signing in at " + w.base},
		},
		"inspect a named one": {
			func() error { _, err := w.client.Inspect(t.Context(), named); return err },
			[]string{about, "signing in at " + w.base},
		},
		"self": {func() error { _, err := w.client.Self(t.Context(), named); return err }, []string{about}},
		"rotate": {
			func() error { _, _, err := w.client.Rotate(t.Context(), named, may31); return err },
			[]string{"asking " + w.base + " for a new token in the place of the old one"},
		},
		"revoke": {
			func() error { return w.client.Revoke(t.Context(), q) },
			[]string{registry, "asking " + w.base + " to revoke the token"},
		},
	} {
		w.gitlab.Add(gitlabtest.Token{Secret: canary, Scopes: []string{"api"}})
		w.told = nil
		err := tc.ask()
		w.wantNoSecret(t, q, credentials.Finding{}, err)
		if err != nil || !slices.Equal(w.told, tc.want) {
			t.Errorf("%s: %q, %v", name, w.told, err)
		}
	}
}
