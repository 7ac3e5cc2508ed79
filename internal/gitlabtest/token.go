package gitlabtest

import (
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Kind is what sort of credential a Token is.
type Kind int

// The kinds of credential.
const (
	PAT         Kind = iota // a personal access token; also a group's or project's, which belongs to a bot user
	DeployToken             // has no API of its own
	JobToken                // answers under the username gitlab-ci-token only
	Password                // of a user without a second factor
	OAuthToken              // to the API a Bearer that can be neither shown nor rotated
)

// jobUsername is gl:lib/gitlab/auth.rb, CI_JOB_USER.
const jobUsername = "gitlab-ci-token"

// Token is a credential that the stand-in knows.
type Token struct {
	Secret string
	Kind   Kind
	// Username is who the credential belongs to. Deploy tokens and passwords answer under this name only, job tokens
	// under gitlab-ci-token only, personal access tokens and OAuth tokens under any.
	Username string
	Name     string
	// Scopes are what a personal access token, a deploy token or an OAuth token may do. A deploy token without any has
	// read_registry and write_registry; job tokens and passwords have no scopes.
	Scopes []string
	// ExpiresAt is the day, YYYY-MM-DD, at whose start in UTC the credential dies; "" is never.
	ExpiresAt string
	// CreatedAt is the API's created_at; zero is a day in 2020. A rotation sets it.
	CreatedAt time.Time
	Revoked   bool
	Blocked   bool // the user is
	Inactive  bool // alive in every other respect, and yet the API says "active": false
	// Projects are the projects whose repositories the credential opens, as "group/project"; without any, all.
	Projects []string
	// JobOver says of a job token that its job has ended.
	JobOver bool

	id       int // the API's id; no other token has it
	previous int // the id of the token that this one has come from by rotation, or 0
}

// expired reports whether now is at or past the credential's expiry.
func (t *Token) expired(now time.Time) bool {
	at, err := time.Parse(time.DateOnly, t.ExpiresAt)
	return t.ExpiresAt != "" && err == nil && !now.Before(at)
}

// signsIn reports whether the credential may be used with username now (gl:lib/gitlab/auth.rb, find_for_git_client).
func (t *Token) signsIn(username string, now time.Time) bool {
	if t.Revoked || t.Blocked || t.Inactive || t.expired(now) {
		return false
	}
	switch t.Kind {
	case JobToken:
		return username == jobUsername && !t.JobOver && !t.jobTimedOut(now)
	case DeployToken, Password:
		return username == t.Username
	default:
		return true
	}
}

// jobTimedOut reports whether a job token is a JWT whose "exp" has passed.
func (t *Token) jobTimedOut(now time.Time) bool {
	var claims jwt.RegisteredClaims
	_, _, err := jwt.NewParser().ParseUnverified(strings.TrimPrefix(t.Secret, jobTokenPrefix), &claims)
	return err == nil && claims.ExpiresAt != nil && now.After(claims.ExpiresAt.Time)
}

// actions returns what the credential allows in the repositories that it opens (gl:lib/gitlab/auth.rb,
// abilities_for_scopes); nothing means that it has no registry right at all.
func (t *Token) actions() []string {
	switch t.Kind {
	case Password:
		return []string{"pull", "push", "delete", "*"}
	case JobToken:
		return []string{"pull", "push", "delete"}
	case DeployToken:
		if len(t.Scopes) == 0 {
			return []string{"pull", "push"}
		}
	}
	var actions []string
	for _, scope := range t.Scopes {
		switch scope {
		case "api":
			actions = append(actions, "pull", "push", "delete", "*")
		case "read_registry", "read_api":
			actions = append(actions, "pull")
		case "write_registry":
			actions = append(actions, "push")
		}
	}
	return actions
}

// proxies reports whether the credential may use the dependency proxy, which wants both rights
// (gl:app/services/auth/dependency_proxy_authentication_service.rb).
func (t *Token) proxies() bool {
	return slices.Contains(t.actions(), "pull") && slices.Contains(t.actions(), "push")
}

// opens reports whether repository lies in a project that the credential opens.
func (t *Token) opens(repository string) bool {
	return len(t.Projects) == 0 || slices.ContainsFunc(t.Projects, func(project string) bool {
		return repository == project || strings.HasPrefix(repository, project+"/")
	})
}
