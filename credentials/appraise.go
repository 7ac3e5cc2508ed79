package credentials

import (
	"strings"
	"time"
)

// Appraisal is what a credential tells by itself, without anybody being asked.
type Appraisal struct {
	Kind Kind
	// Dead is why it is of no use to anybody: "a job token, which dies with its job"; "" where that cannot be told.
	Dead string
	// ExpiresAt is the "exp" of a JWT, in UTC and not verified; zero without one.
	ExpiresAt time.Time
}

// Appraise says what a credential is that was found somewhere. A job token that lies anywhere but in a job's
// environment is dead by nature: it was left behind.
func (j Job) Appraise(username string, s Secret, now time.Time) Appraisal {
	a := Appraisal{Kind: KindByPrefix(s)}
	if exp, ok := jwtExpiry(s); ok {
		a.ExpiresAt = exp
	}
	switch {
	case s.Empty():
		a.Dead = "it holds no secret"
	case j.isJobToken(s) || username == JobUsername && looksLikeOldJobToken(s.Reveal()):
		a.Kind, a.Dead = KindJob, "a job token, which dies with its job"
	case !a.ExpiresAt.IsZero() && !now.Before(a.ExpiresAt):
		a.Dead = "it has expired on " + a.ExpiresAt.Format("2006-01-02 15:04 UTC")
	}
	return a
}

// OfGitLab reports whether a credential tells that it is one for a GitLab: by its prefix, or by the names that job and
// deploy tokens are used under.
func OfGitLab(username string, s Secret) bool {
	return username == JobUsername || username == "gitlab-deploy-token" ||
		strings.HasPrefix(username, "gitlab+deploy-token-") || LooksLikeToken(s.Reveal())
}
