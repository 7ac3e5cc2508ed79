package gitlabtest

import "time"

// userID is the id of whoever a token belongs to.
const userID = 7

// row is a token as the API shows it (gl:lib/api/entities/personal_access_token.rb).
func row(t *Token, now time.Time) map[string]any {
	var expiresAt any
	if t.ExpiresAt != "" {
		expiresAt = t.ExpiresAt
	}
	created := t.CreatedAt
	if created.IsZero() {
		created = time.Date(2020, 1, 2, 3, 4, 5, 678e6, time.UTC)
	}
	return map[string]any{
		"id": t.id, "name": t.Name, "description": nil, "user_id": userID, "last_used_at": nil,
		"scopes":     append([]string{}, t.Scopes...), // A copy: the row is sent when Change may be at work.
		"created_at": created.UTC().Format("2006-01-02T15:04:05.000Z07:00"),
		"revoked":    t.Revoked, "active": !t.Inactive && !t.Revoked && !t.expired(now), "expires_at": expiresAt,
	}
}
