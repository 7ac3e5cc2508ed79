package gitlabtest

import "net/http"

// admit returns the token that came along with r, or the refusal. The order is GitLab's: expired before revoked
// (gl:app/services/access_token_validation_service.rb), then the user, then the scope (gl:lib/api/helpers.rb,
// current_user). g.mu is held.
func (g *GitLab) admit(r *http.Request, e Endpoint) (*Token, *reply) {
	no := func(a reply) (*Token, *reply) { return nil, &a }
	by, _, secret := credential(r)
	token, now := g.known(secret), g.now()
	switch {
	case by == NoHeader || by == Basic || token == nil || token.Kind != PAT && (token.Kind != OAuthToken || by != Bearer):
		return no(message(http.StatusUnauthorized, Unauthorized))
	case token.expired(now):
		return no(invalidToken(TokenExpired))
	case token.Revoked:
		if e == Rotate { // gl:lib/gitlab/auth/auth_finders.rb, revoke_token_family
			g.revokeFamily(token, now)
		}
		return no(invalidToken(TokenRevoked))
	case token.Blocked:
		return no(message(http.StatusForbidden, AccountBlocked))
	}
	return token, narrow(token, e, r.Method)
}

// api is the part of /api/v4 that is there.
func (g *GitLab) api(w http.ResponseWriter, r *http.Request, e Endpoint) {
	asked := ""
	if e == Rotate { // Read before the lock is taken: the client may be slow.
		var refusal *reply
		if asked, refusal = askedExpiry(r); refusal != nil {
			refusal.send(w)
			return
		}
	}
	g.answer(r, e, asked).send(w)
}

func (g *GitLab) answer(r *http.Request, e Endpoint, asked string) reply {
	g.mu.Lock()
	defer g.mu.Unlock()
	token, refusal := g.admit(r, e)
	switch {
	case refusal != nil:
		return *refusal
	case e == Rotate:
		return g.rotate(token, asked)
	case e == User:
		return reply{status: http.StatusOK, body: map[string]any{"id": userID, "username": token.Username}}
	case token.Kind != PAT:
		return message(http.StatusBadRequest, NotPersonal)
	case e == Revoke:
		token.Revoked = true
		return reply{status: http.StatusNoContent}
	default:
		body := row(token, g.now())
		body["last_used_ips"] = []string{}
		return reply{status: http.StatusOK, body: body}
	}
}
