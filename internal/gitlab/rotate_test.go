package gitlab

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// heir is what the stand-in puts in the place of the canary.
const heir = canary + "-r1"

// rotating returns a world with a token that may replace itself.
func rotating(t *testing.T) *world {
	t.Helper()
	return newWorld(t, &gitlabtest.Token{Name: "laptop", Scopes: []string{"read_registry", "self_rotate"}})
}

// rotate asks w's GitLab for a new token until the last of May, and fails the test when a secret comes out in
// anything said.
func (w *world) rotate(t *testing.T) (string, credentials.Finding, error) {
	t.Helper()
	q := w.question(w.base)
	secret, found, err := w.client.Rotate(t.Context(), q, may31)
	w.wantNoSecret(t, q, found, err)
	if err != nil && (secret.Reveal() != "" || found.Life.Expiry != "") {
		t.Errorf("%v, and yet %+v", err, found)
	}
	return secret.Reveal(), found, err
}

// certain fails the test when err leaves open whether the token was changed.
func wantCertain(t *testing.T, err error) {
	t.Helper()
	if _, uncertain := err.(*credentials.UncertainError); uncertain || err == nil {
		t.Errorf("%v is not certain", err)
	}
}

// wantUncertain fails the test unless err says that the token may have been changed.
func wantUncertain(t *testing.T, err error, text string) {
	t.Helper()
	if _, uncertain := err.(*credentials.UncertainError); !uncertain || !contains(err, text) {
		t.Errorf("%v, want uncertain with %q", err, text)
	}
}

// TestRotateAsks looks at the one request: its method, its path, its headers, its body.
func TestRotateAsks(t *testing.T) {
	t.Parallel()
	w := rotating(t)
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = append(asked, fmt.Sprint(r.Method, " ", r.URL, " ", r.Header.Get("Content-Type"), " ",
			r.Header.Get("User-Agent"), " ", r.Header.Get("PRIVATE-TOKEN") == canary, " ", r.Header.Get("Authorization"), string(body)))
		rw.WriteHeader(http.StatusBadRequest)
	}))
	defer server.Close()
	w.base = server.URL
	east := time.FixedZone("", 3600)
	_, _, err := w.client.Rotate(t.Context(), w.question(w.base), time.Date(2026, 5, 31, 0, 30, 0, 0, east)) // 30 May in UTC
	wantUnreachable(t, err, "answers 400 Bad Request")
	want := `POST /api/v4/personal_access_tokens/self/rotate application/json docker-credential-gitlabjob/test true ` +
		`{"expires_at":"2026-05-30"}`
	if !slices.Equal(asked, []string{want}) {
		t.Errorf("%q\nwant %q", asked, want)
	}
}

func TestRotate(t *testing.T) {
	t.Parallel()
	w := rotating(t)
	secret, found, err := w.rotate(t)
	if err != nil || secret != heir {
		t.Fatalf("%q, %v", secret, err)
	}
	life := found.Life
	if life.Name != "laptop" || !slices.Equal(life.Scopes, []string{"read_registry", "self_rotate"}) ||
		life.Kind != credentials.KindPersonal || life.GitLab != w.base || !life.VerifiedAt.Equal(noon) {
		t.Errorf("%+v", life)
	}
	if life.Expiry != credentials.ExpiryKnown || !life.ExpiresAt.Equal(may31) || !found.CreatedAt.Equal(noon) {
		t.Errorf("%+v", found)
	}
	if seen := w.gitlab.Seen(); len(seen) != 1 || seen[0].Endpoint != gitlabtest.Rotate ||
		seen[0].Header != gitlabtest.PrivateToken || !seen[0].Carried(canary) {
		t.Errorf("%+v", seen)
	}
}

// TestRotateWithoutAName asks the registry first, as every Question without a GitLab wants it. The base URL that is
// found is the canonical one.
func TestRotateWithoutAName(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/", "//"} {
		w := rotating(t)
		q := w.question("")
		if base != "" {
			q.GitLab = w.base + base
		}
		secret, found, err := w.client.Rotate(t.Context(), q, may31)
		if err != nil || secret.Reveal() != heir || found.Life.GitLab != w.base {
			t.Errorf("%q: %+v, %v", base, found, err)
		}
	}
}

// TestRotatedRow is what GitLab says of a new token that is there, whatever it says: GitLab gives it out once.
func TestRotatedRow(t *testing.T) {
	t.Parallel()
	const unknown = credentials.ExpiryUnknown
	for row, want := range map[string]credentials.Life{
		`"active":true,"expires_at":null,"name":"x"`: {Expiry: credentials.ExpiryNever, Name: "x"},
		`"active":true`: {Expiry: unknown},
		`"active":true,"name":"x","expires_at":"soon"`:                         {Expiry: unknown, Name: "x"},
		`"active":"yes","expires_at":"2026-05-31"`:                             {Expiry: unknown},
		`"active":false,"expires_at":"2026-02-01"`:                             {Expiry: unknown},
		`"active":true,"revoked":true,"expires_at":null`:                       {Expiry: unknown},
		`"active":true,"expires_at":null,"name":"` + heir + `"`:                {Expiry: credentials.ExpiryNever, Name: "[redacted]"},
		`"active":true,"expires_at":null,"name":"my {echo}"`:                   {Expiry: credentials.ExpiryNever, Name: "my [redacted]"},
		`"active":true,"expires_at":"` + heir + `"`:                            {Expiry: unknown},
		`"active":true,"expires_at":null,"name":"x","created_at":"` + heir[1:]: {},
	} {
		w := rotating(t)
		w.gitlab.Fault(gitlabtest.Fault{Endpoint: gitlabtest.Rotate, Body: `{"token":"` + heir + `",` + row + `}`})
		secret, found, err := w.rotate(t)
		if want.Expiry == "" { // It is no JSON.
			wantUncertain(t, err, "without a token")
			continue
		}
		if err != nil || secret != heir || found.Life.Expiry != want.Expiry || found.Life.Name != want.Name ||
			!found.Life.ExpiresAt.IsZero() || found.Life.Validate() != nil || found.Life.GitLab != w.base {
			t.Errorf("%s: %+v, %v", row, found, err)
		}
	}
}
