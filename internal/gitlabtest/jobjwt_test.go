package gitlabtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

func TestJobJWT(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for timeout, life := range map[time.Duration]time.Duration{
		time.Hour:   65 * time.Minute,
		time.Second: 6 * time.Minute, // GitLab's least is a minute.
	} {
		raw, ok := strings.CutPrefix(gitlabtest.JobJWT(now, timeout), "glcbt-")
		if !ok {
			t.Fatal("no prefix")
		}
		claims := jwt.MapClaims{}
		token, _, err := jwt.NewParser().ParseUnverified(raw, claims)
		if err != nil {
			t.Fatal(err)
		}
		exp, err := claims.GetExpirationTime()
		if err != nil || !exp.Equal(now.Add(life)) {
			t.Errorf("exp %v, want %v", exp, now.Add(life))
		}
		if nbf, err := claims.GetNotBefore(); err != nil || !nbf.Equal(now.Add(-5*time.Second)) {
			t.Errorf("nbf %v", nbf)
		}
		if token.Header["alg"] != "RS256" || token.Header["kid"] == nil || claims["aud"] != "gitlab-authz-token" {
			t.Errorf("header %v, claims %v", token.Header, claims)
		}
		if sub, _ := claims.GetSubject(); !strings.HasPrefix(sub, "gid://gitlab/Ci::Build/") {
			t.Errorf("sub %q", sub)
		}
	}
	one, another := gitlabtest.JobJWT(now, time.Hour), gitlabtest.JobJWT(now, time.Hour)
	if one == another {
		t.Error("two jobs have the same token")
	}
}
