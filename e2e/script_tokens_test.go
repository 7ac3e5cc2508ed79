package e2e

import (
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// addTokens makes the tokens of the scripts, each in a variable: $PAT and $DEPLOY_TOKEN for two.
func (s *story) addTokens(env *testscript.Env) {
	date := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	pulling := []string{"read_registry", "write_registry", "self_rotate"}
	for name, token := range map[string]gitlabtest.Token{
		"PAT":          {Name: "laptop", Scopes: pulling, ExpiresAt: date(90)},
		"OTHER_PAT":    {Name: "desktop", Scopes: pulling, ExpiresAt: date(180)},
		"PAGER_PAT":    {Name: "pager", Scopes: pulling, ExpiresAt: date(90)},
		"SOON_PAT":     {Name: "soon", Scopes: []string{"read_registry", "write_registry"}, ExpiresAt: date(3)},
		"WIDE_PAT":     {Name: "wide", Scopes: []string{"api"}, ExpiresAt: date(90)},
		"NEVER_PAT":    {Name: "service", Scopes: pulling},
		"EXPIRED_PAT":  {Name: "old", Scopes: pulling, ExpiresAt: date(-1)},
		"TODAY_PAT":    {Name: "today", Scopes: pulling, ExpiresAt: date(0)},
		"REVOKED_PAT":  {Name: "leaked", Scopes: pulling, ExpiresAt: date(90), Revoked: true},
		"INACTIVE_PAT": {Name: "idle", Scopes: pulling, ExpiresAt: date(90), Inactive: true},
		"BLOCKED_PAT":  {Name: "gone", Scopes: pulling, ExpiresAt: date(90), Blocked: true},
		"NOSCOPE_PAT":  {Name: "reader", Scopes: []string{"read_user"}, ExpiresAt: date(90)},
		"DEPLOY_TOKEN": {Kind: gitlabtest.DeployToken, Username: "gitlab+deploy-token-1", ExpiresAt: date(90)},
		"PASSWORD":     {Kind: gitlabtest.Password, Username: "alice"},
		"JOB_TOKEN":    {Kind: gitlabtest.JobToken},
	} {
		prefix := map[gitlabtest.Kind]string{
			gitlabtest.PAT: "glpat-", gitlabtest.DeployToken: "gldt-", gitlabtest.JobToken: "glcbt-64_",
		}[token.Kind]
		token.Secret = prefix + strings.ToLower(name) + "-" + canary
		if token.Username == "" {
			token.Username = "alice"
		}
		s.GitLab.Add(token)
		env.Setenv(name, token.Secret)
	}
	env.Setenv("UNKNOWN_PAT", "glpat-unknown-"+canary)
	env.Setenv("PAT_EXPIRES", date(90))
	// A JWT cannot bear the canary, so its signature is looked for, without which it is worth nothing. GitLab lets one
	// live for five minutes longer than the job may take.
	for name, started := range map[string]time.Duration{
		"JOB_JWT": -time.Minute, "DEAD_JOB_JWT": -67 * time.Minute, "LATE_JOB_JWT": -65*time.Minute - 30*time.Second,
	} {
		jwt := gitlabtest.JobJWT(time.Now().Add(started), time.Hour)
		s.secrets = append(s.secrets, jwt[strings.LastIndex(jwt, ".")+1:])
		env.Setenv(name, jwt)
	}
}
