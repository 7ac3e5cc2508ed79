package gitlabtest

import "net/http"

// self is GET /api/v4/personal_access_tokens/self.
func (g *GitLab) self(w http.ResponseWriter, r *http.Request) {
	by, _, secret := credential(r)
	token, known, now := g.find(secret)
	switch {
	case by == NoHeader || by == Basic || !known || token.Kind != PAT:
		respond(w, http.StatusUnauthorized, map[string]string{"message": Unauthorized})
	case token.expired(now): // Before revoked: gl:app/services/access_token_validation_service.rb.
		oauthError(w, TokenExpired)
	case token.Revoked:
		oauthError(w, TokenRevoked)
	case token.Blocked:
		respond(w, http.StatusForbidden, map[string]string{"message": AccountBlocked})
	default:
		respond(w, http.StatusOK, row(&token))
	}
}

// row is a token as the API shows it (gl:lib/api/entities/personal_access_token.rb).
func row(t *Token) map[string]any {
	scopes := t.Scopes
	if scopes == nil {
		scopes = []string{}
	}
	var expiresAt any
	if t.ExpiresAt != "" {
		expiresAt = t.ExpiresAt
	}
	return map[string]any{
		"id": 42, "name": t.Name, "revoked": t.Revoked, "created_at": "2020-01-02T03:04:05.678Z", "description": nil,
		"scopes": scopes, "user_id": 7, "last_used_at": nil, "active": !t.Inactive, "expires_at": expiresAt,
		"last_used_ips": []string{},
	}
}
