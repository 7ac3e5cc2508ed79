package gitlabtest

import (
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const jobTokenPrefix = "glcbt-" // gl:app/models/ci/build.rb, TOKEN_PREFIX

// JobJWT returns a job token such as GitLab makes since 19.0 for a job that starts at now and may run for timeout: the
// prefix, and right behind it a JWT (gl:lib/ci/job_token/jwt.rb, gl:lib/authn/tokens/jwt.rb). It is signed, though to
// clients that means nothing: GitLab publishes no key for it. JobJWT panics where no key can be made.
func JobJWT(now time.Time, timeout time.Duration) string {
	const least, leeway = time.Minute, 5 * time.Minute
	s, err := sharedSigner()
	if err != nil {
		panic(err)
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"version": "0.1.0",
		"jti":     randomID(),
		"aud":     "gitlab-authz-token",
		"sub":     "gid://gitlab/Ci::Build/4711",
		"iss":     "gitlab.example.com",
		"iat":     now.Unix(),
		"nbf":     now.Add(-5 * time.Second).Unix(),
		"exp":     now.Add(max(timeout, least) + leeway).Unix(),
	})
	token.Header["kid"] = s.kid
	signed, err := token.SignedString(s.key)
	if err != nil {
		panic(err)
	}
	return jobTokenPrefix + signed
}
