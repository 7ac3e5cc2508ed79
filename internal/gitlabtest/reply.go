package gitlabtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// reply is an answer of the API: made under the lock, sent when that is free again.
type reply struct {
	status    int
	body      any    // nil is no body
	challenge string // WWW-Authenticate
}

func (a reply) send(w http.ResponseWriter) {
	if a.challenge != "" {
		w.Header().Set("WWW-Authenticate", a.challenge)
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	respond(w, a.status, a.body)
}

// message is how most of the API refuses (gl:lib/api/helpers.rb, render_api_error!).
func message(status int, text string) reply {
	return reply{status: status, body: map[string]string{"message": text}}
}

// invalidToken is how the API refuses a token that it knows (RFC 6750, 3). The realm is rack-oauth2's default: the one
// that gl:lib/api/api_guard.rb names is not for these answers.
func invalidToken(description string) reply {
	return reply{
		status: http.StatusUnauthorized,
		body:   map[string]string{"error": "invalid_token", "error_description": description},
		challenge: fmt.Sprintf(`Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description=%q`,
			description),
	}
}

// scopesAt returns the scopes of which a token needs one at an endpoint of the API; nil lets every token in, as
// gl:lib/api/personal_access_tokens/self_information.rb does.
func scopesAt(e Endpoint) []string {
	switch e {
	case Rotate: // gl:lib/api/personal_access_tokens/self_rotation.rb
		return []string{"api", "self_rotate"}
	case User: // gl:lib/api/users.rb
		return []string{"read_user"}
	default:
		return nil
	}
}

// narrow returns the refusal of a token that has no scope for the endpoint, or nil. GitLab puts the two scopes of the
// whole API (gl:lib/api/api.rb) behind the endpoint's own, a second "api" and a "read_api" that is for GET only
// included (gl:lib/api/api_guard.rb, scopes_registered_for_endpoint). There is no WWW-Authenticate.
func narrow(t *Token, e Endpoint, method string) *reply {
	own := scopesAt(e)
	if own == nil || slices.ContainsFunc(t.Scopes, func(scope string) bool {
		return scope == "api" || scope == "read_api" && method == http.MethodGet || slices.Contains(own, scope)
	}) {
		return nil
	}
	return &reply{status: http.StatusForbidden, body: map[string]string{
		"error": "insufficient_scope", "error_description": InsufficientScope,
		"scope": strings.Join(append(own, "api", "read_api"), " "),
	}}
}
