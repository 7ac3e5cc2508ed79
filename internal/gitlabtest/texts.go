package gitlabtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// The texts with which GitLab's registry sign-in refuses, verbatim: people look them up.
const (
	// AccessDenied is followed by the address of a help page (gl:app/controllers/jwt_controller.rb).
	AccessDenied = "HTTP Basic: Access denied. If a password was provided for Git authentication, the password was " +
		"incorrect or you're required to use a token instead of a password. If a token was provided, it was either " +
		"incorrect, expired, or improperly scoped. See "
	// OldAccessDenied is what older GitLabs say, before the address of a help page.
	OldAccessDenied = "HTTP Basic: Access denied. The provided password or token is incorrect or your account has " +
		"2FA enabled and you must use a personal access token instead of a password. See "
	// AccessForbidden is said to a credential without a registry right, and to none at all.
	AccessForbidden = "access forbidden"
	// NoDependencyProxy is said where there is no dependency proxy
	// (gl:app/services/auth/dependency_proxy_authentication_service.rb).
	NoDependencyProxy = "dependency proxy not enabled"
)

// The texts with which GitLab's API refuses (gl:lib/api/api_guard.rb, gl:lib/gitlab/auth/user_access_denied_reason.rb,
// gl:lib/api/helpers.rb, gl:lib/api/personal_access_tokens/self_information.rb; rack-oauth2's DEFAULT_DESCRIPTION).
const (
	TokenExpired   = "Token is expired. You can either do re-authorization or token refresh."
	TokenRevoked   = "Token was revoked. You have to re-authorize from the user."
	Unauthorized   = "401 Unauthorized"
	AccountBlocked = "403 Forbidden - Your account has been blocked."
	// InsufficientScope is the error_description of "insufficient_scope".
	InsufficientScope = "The request requires higher privileges than provided by the access token."
	// NotPersonal is what an OAuth token hears that asks after itself or revokes itself.
	NotPersonal = "400 Bad request - This endpoint requires token type to be a personal access token"
	// MethodNotAllowed is what an OAuth token hears that rotates itself.
	MethodNotAllowed = "405 Method Not Allowed"
	// ExpiresTooLate is followed by the last day that GitLab allows, which itself is still good
	// (gl:app/models/personal_access_token.rb, expires_at_before_instance_max_expiry_date).
	ExpiresTooLate = "400 Bad request - Expiration date must be before "
)

const helpPage = "/help/user/profile/account/two_factor_authentication_troubleshooting.md" +
	"#error-http-basic-access-denied-if-a-password-was-provided-for-git-authentication-"

// respond writes body as JSON.
func respond(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// registryError is how the registry, and the sign-in to it, tell an error (OCI distribution spec, "Error Codes").
func registryError(w http.ResponseWriter, status int, code, message string) {
	type problem struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	respond(w, status, map[string][]problem{"errors": {{Code: code, Message: message}}})
}

// breakdown answers with a status that is no answer to the question. None of these bodies is JSON.
func breakdown(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/plain")
	body := fmt.Sprintf("<html><h1>%d</h1>%s</html>\n", status, http.StatusText(status))
	switch status {
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "60")
		body = "Retry later\n"
	case http.StatusForbidden:
		body = "Forbidden\n"
	}
	w.WriteHeader(status)
	_, _ = fmt.Fprint(w, body)
}

func expand(body, secret string) string { return strings.ReplaceAll(body, Echo, secret) }

// origin is the scheme and host under which r reached the stand-in.
func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
