package gitlab

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// tokenRow is a personal access token as GitLab's API shows it (gl:doc/api/personal_access_tokens).
type tokenRow struct {
	name      string
	scopes    []string
	expiry    credentials.Expiry // known or never
	expiresAt time.Time          // UTC
	createdAt time.Time          // UTC; zero: it is not told
}

// finding is what the row says, as GitLab at base has told it at now.
func (t tokenRow) finding(base string, now time.Time) credentials.Finding {
	return credentials.Finding{CreatedAt: t.createdAt, Life: credentials.Life{
		Kind: credentials.KindPersonal, Name: t.name, Scopes: t.scopes, Expiry: t.expiry, ExpiresAt: t.expiresAt,
		VerifiedAt: now, GitLab: base,
	}}
}

// The years in which a token can expire. GitLab has issued none before, and what lies outside is a zero value of the
// server's ("0001-01-01") or more than JSON's form of an instant can hold.
const (
	firstYear = 2000
	lastYear  = 9999
)

// maxScopes is more than GitLab has.
const maxScopes = 50

// readToken reads a token's row, and whether GitLab calls it dead. Members that it does not know do not disturb it;
// one that is missing, or is of another type than GitLab's, does: no expiry must never be taken for "never expires".
// "revoked" is believed of any row all the same, since nothing that is missing could bring the token back to life.
func readToken(body []byte, now time.Time, hide []string) (tokenRow, credentials.Refusal, error) {
	var row struct {
		Name      string          `json:"name"`
		Scopes    []string        `json:"scopes"`
		Active    *bool           `json:"active"`
		Revoked   bool            `json:"revoked"`
		ExpiresAt json.RawMessage `json:"expires_at"`
		CreatedAt json.RawMessage `json:"created_at"`
	}
	err := json.Unmarshal(body, &row) // An error about one member leaves the others read.
	switch {
	case row.Revoked:
		return tokenRow{}, credentials.RefusedRevoked, nil
	case err != nil:
		return tokenRow{}, "", errors.New(word(err.Error(), hide...))
	case row.Active == nil:
		return tokenRow{}, "", errors.New(`it lacks "active"`)
	}
	token := tokenRow{name: label(row.Name, hide)}
	for _, scope := range row.Scopes[:min(len(row.Scopes), maxScopes)] {
		if scope = label(scope, hide); scope != "" {
			token.scopes = append(token.scopes, scope)
		}
	}
	_ = json.Unmarshal(row.CreatedAt, &token.createdAt) // it only serves to make a new token as long-lived
	token.createdAt = token.createdAt.UTC()
	err = token.readExpiry(row.ExpiresAt, hide)
	switch {
	case *row.Active:
		return token, "", err
	case token.expiry == credentials.ExpiryKnown && !now.Before(token.expiresAt):
		return token, credentials.RefusedExpired, nil
	}
	return token, credentials.RefusedInactive, nil
}

// readExpiry reads "expires_at": a date, or null for a token that never expires. GitLab writes the date in ISO 8601 and
// documents it as a "dateTime" (gl:lib/api/entities/personal_access_token.rb), so a time of day is read as well.
func (t *tokenRow) readExpiry(raw json.RawMessage, hide []string) error {
	var date *string
	if err := json.Unmarshal(raw, &date); err != nil {
		return errors.New(`it lacks an "expires_at" that is a date or null`)
	}
	if date == nil {
		t.expiry = credentials.ExpiryNever
		return nil
	}
	at, err := time.Parse(time.RFC3339, *date)
	if err != nil {
		at, err = credentials.DateExpiry(*date)
	}
	if err != nil {
		return fmt.Errorf(`"expires_at": %s`, word(err.Error(), hide...))
	}
	at = at.UTC()
	if year := at.Year(); year < firstYear || year > lastYear {
		return fmt.Errorf(`"expires_at": %s is no day on which a token expires`, quoted(*date, hide...))
	}
	t.expiry, t.expiresAt = credentials.ExpiryKnown, at
	return nil
}

// label makes a name in a row fit to be kept beside the token, without its secret. A name that holds a piece of the
// secret yet, in whatever way it was cut up, is no name.
func label(name string, hide []string) string {
	name = word(name, hide...)
	if holdsPiece(name, hide) {
		return ""
	}
	return name
}
