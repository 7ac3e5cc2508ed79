package credentials

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestLogin(t *testing.T) {
	unknown := Life{Kind: KindDeploy, Expiry: ExpiryUnknown, VerifiedAt: noon}
	dead := renewable()
	dead.ExpiresAt = noon.Add(ExpiryMargin)
	locked, given := errors.New("locked"), today.AddDate(0, 0, 5)
	for name, c := range map[string]struct {
		request  LoginRequest // its host and its secret are filled in
		found    Life
		user     string
		inspect  error
		ready    error
		want     error
		username string
		expires  time.Time
		note     bool
	}{
		"under its own name":         {LoginRequest{}, renewable(), "alice", nil, nil, nil, "alice", today.AddDate(0, 0, 80), false},
		"GitLab does not tell which": {LoginRequest{}, renewable(), "", nil, nil, nil, AnyUsername, today.AddDate(0, 0, 80), false},
		"a name that cannot be one":  {LoginRequest{}, renewable(), "a:b", nil, nil, nil, AnyUsername, today.AddDate(0, 0, 80), false},
		"a name that is the token":   {LoginRequest{}, renewable(), "glpat-x", nil, nil, nil, AnyUsername, today.AddDate(0, 0, 80), false},
		"under another name": {
			LoginRequest{Question: Question{Username: "jane"}}, renewable(), "alice", nil, nil, nil, "jane", today.AddDate(0, 0, 80), false,
		},
		"a deploy token":            {LoginRequest{Question: Question{Username: "d"}}, unknown, "", nil, nil, nil, "d", time.Time{}, false},
		"a deploy token, and a day": {LoginRequest{Question: Question{Username: "d"}, Expires: given}, unknown, "", nil, nil, nil, "d", given, false},
		"a day that GitLab knows better": {
			LoginRequest{Expires: given}, renewable(), "alice", nil, nil, nil, "alice", today.AddDate(0, 0, 80), false,
		},
		"refused":                   {LoginRequest{}, Life{}, "", errRevoked, nil, errRevoked, "", time.Time{}, false},
		"refused, and a day":        {LoginRequest{Expires: given}, Life{}, "", errRevoked, nil, errRevoked, "", time.Time{}, false},
		"GitLab is away":            {LoginRequest{}, Life{}, "", errAway, nil, errAway, "", time.Time{}, false},
		"GitLab is away, and a day": {LoginRequest{Expires: given}, Life{}, "", errAway, nil, nil, AnyUsername, given, true},
		"what get would refuse":     {LoginRequest{}, dead, "alice", nil, nil, &NotGoodError{}, "", time.Time{}, false},
		"no vault":                  {LoginRequest{}, renewable(), "alice", nil, locked, locked, "", time.Time{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			h, d, o := rotating()
			d.lines, d.readyE = nil, c.ready
			o.found, o.inspect = Finding{Life: c.found, User: c.user}, c.inspect
			var notes []string
			h.Note = func(format string, _ ...any) { notes = append(notes, format) }
			c.request.Host, c.request.Secret = host(t, reg), NewSecret("glpat-x")
			got, err := h.Login(t.Context(), c.request)
			if !sameError(err, c.want) || c.note != (len(notes) == 1) {
				t.Fatalf("Login = %v, notes %v; want %v", err, notes, c.want)
			}
			if c.want != nil {
				if len(d.lines) != 0 || c.ready != nil && len(o.asked) != 0 {
					t.Errorf("kept %+v, asked %d", d.lines, len(o.asked))
				}
				return
			}
			if got.Username != c.username || !got.Life.ExpiresAt.Equal(c.expires) || !got.Life.StoredAt.Equal(noon) {
				t.Errorf("kept %+v; want %s until %v", got, c.username, c.expires)
			}
			if c.note == got.Life.Verified() {
				t.Errorf("verified: %v", got.Life.VerifiedAt)
			}
			if d.secrets[got.ID] != "glpat-x" {
				t.Errorf("the secret is %q", d.secrets[got.ID])
			}
		})
	}
}

// Whatever happens while somebody logs in again, the note of an interrupted rotation is gone then.
func TestLoginEndsAnInterruptedRotation(t *testing.T) {
	h, d, _ := rotating()
	d.interrupt(noon)
	got, err := h.Login(t.Context(), LoginRequest{Question: Question{Host: host(t, reg), Secret: NewSecret("glpat-x")}})
	if err != nil || got.Rotation.Begun() {
		t.Errorf("Login = %+v, %v", got, err)
	}
	if _, secret, err := h.Get(t.Context(), reg); err != nil || secret.Reveal() != "glpat-x" {
		t.Errorf("Get = %q, %v", secret.Reveal(), err)
	}
}

func TestLoginRefusesWithoutAsking(t *testing.T) {
	for name, c := range map[string]struct {
		username, secret string
		expires          time.Time
		says             string
	}{
		"a job's username":          {JobUsername, "glpat-x", time.Time{}, "for job tokens"},
		"a job token":               {"", "glcbt-64_x", time.Time{}, "dies with its job"},
		"no token":                  {"", "", time.Time{}, "empty"},
		"two lines":                 {"", "a\nb", time.Time{}, "control character"},
		"the token as the username": {"glpat-x", "glpat-x", time.Time{}, "username is a token"},
		"a day that has begun":      {"", "glpat-x", today, "has begun"},
		"a day that begins in 5 minutes": {
			"", "glpat-x", noon.Add(ExpiryMargin), "has begun",
		},
	} {
		h, d, o := rotating()
		_, err := h.Login(t.Context(), LoginRequest{
			Question: Question{Host: host(t, reg), Username: c.username, Secret: NewSecret(c.secret)}, Expires: c.expires,
		})
		var bad *BadLoginError
		if !errors.As(err, &bad) || !strings.Contains(bad.Reason, c.says) || len(o.asked) != 0 || d.done() != "" {
			t.Errorf("%s: %v after %q", name, err, d.done())
		}
	}
	h, _, _ := rotating()
	r := LoginRequest{Question: Question{Host: host(t, reg), Secret: NewSecret("glpat-x")}, Expires: noon.Add(ExpiryMargin + 1)}
	if _, err := h.Login(t.Context(), r); err != nil {
		t.Errorf("a moment before the margin: %v", err)
	}
}
