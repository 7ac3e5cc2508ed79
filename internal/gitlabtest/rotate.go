package gitlabtest

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"time"
)

const (
	// rotatedDays is how long a rotated token lives where nobody asks for a day, however long the old one did
	// (gl:app/services/personal_access_tokens/rotate_service.rb, EXPIRATION_PERIOD).
	rotatedDays = 7
	// longestDays is how long a token may live (gl:app/models/personal_access_token.rb; 400 behind a feature flag).
	longestDays = 365
)

// askedExpiry returns the parameter expires_at, from JSON, a form or the query, or "". What is no string is returned as
// the text that it is, which is no date. What is no JSON is refused in words of our own.
func askedExpiry(r *http.Request) (string, *reply) {
	const most = 1 << 20
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		r.Body = http.MaxBytesReader(nil, r.Body, most)
		return r.FormValue("expires_at"), nil
	}
	var body struct {
		ExpiresAt json.RawMessage `json:"expires_at"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, most)).Decode(&body); err != nil && !errors.Is(err, io.EOF) {
		return "", &reply{status: http.StatusBadRequest, body: map[string]string{"error": "the body is no JSON"}}
	}
	var asked string
	if len(body.ExpiresAt) > 0 && json.Unmarshal(body.ExpiresAt, &asked) != nil { // null leaves it as it is
		asked = string(body.ExpiresAt)
	}
	return asked, nil
}

// rotate puts a new token in the place of old, with the day that is asked for or else a week, and the old one is dead
// before anybody is told (gl:app/services/personal_access_tokens/rotate_service.rb). A day that has passed is taken,
// too: the model looks at the far end only, and the new token is born dead. g.mu is held.
func (g *GitLab) rotate(old *Token, asked string) reply {
	now := g.now().UTC()
	day := func(days int) string { return now.AddDate(0, 0, days).Format(time.DateOnly) }
	if _, err := time.Parse(time.DateOnly, asked); asked != "" && err != nil { // GitLab reads other forms of a date, too.
		return reply{status: http.StatusBadRequest, body: map[string]string{"error": "expires_at is invalid"}}
	}
	if old.Kind != PAT {
		return message(http.StatusMethodNotAllowed, MethodNotAllowed)
	}
	if last := day(longestDays); asked > last {
		return message(http.StatusBadRequest, ExpiresTooLate+last)
	}
	if asked == "" {
		asked = day(rotatedDays)
	}
	heir := *old
	heir.Secret, heir.ExpiresAt, heir.CreatedAt, heir.previous = g.newSecret(old.Secret), asked, now, old.id
	heir.Scopes, heir.Projects = slices.Clone(old.Scopes), slices.Clone(old.Projects)
	old.Revoked = true
	g.insert(&heir)
	body := row(&heir, now) // gl:lib/api/entities/personal_access_token_with_token.rb
	body["token"] = heir.Secret
	return reply{status: http.StatusOK, body: body}
}
