package gitlab

import (
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// question is what was asked.
type question struct {
	host credentials.Host
	base string           // of the GitLab that was asked
	kind credentials.Kind // what the credential looks like

	byAPI bool // the API has answered, and not taken it
}

// judge makes one finding out of the API's answer and the registry sign-in's.
//
// The API knows when a personal access token dies, and its word that one is dead is final: then sign-in need not be
// asked. The right to use the registry is sign-in's to grant, whatever the scopes are called. What only sign-in accepts
// is a deploy token or a password, whose expiry nobody tells. A row that cannot be read counts as little as no answer:
// a GitLab that has changed its row must not lock people out, and what is kept on sign-in's word alone is not kept for
// long.
func judge(q question, self selfAnswer, signIn answer, now time.Time) (credentials.Life, error) {
	q.byAPI = self.dead != "" || (self.outcome == refused || self.outcome == forbidden) && self.err == nil
	if self.dead != "" {
		return q.refuse(self.dead, self.word)
	}
	switch signIn.outcome {
	case forbidden:
		return q.refuse(credentials.RefusedNoRight, signIn.word)
	case refused:
		return q.refuse(why(self), signInWord(self, signIn))
	case accepted:
		if self.outcome != accepted {
			return credentials.Life{
				Kind: q.kind, Expiry: credentials.ExpiryUnknown, VerifiedAt: now, GitLab: q.base,
			}, nil
		}
	default:
		if self.outcome == outOfReach || self.outcome == garbled {
			return q.unreachable(self.err)
		}
		if self.outcome != accepted {
			return q.unreachable(signIn.err)
		}
	}
	return self.token.finding(q.base, now).Life, nil
}

// settled reports whether sign-in has nothing to add to what the API said.
func settled(self selfAnswer) bool { return self.dead != "" }

// why says what it means that sign-in does not take a credential of which the API said self.
func why(self selfAnswer) credentials.Refusal {
	switch self.outcome {
	case accepted:
		return credentials.RefusedNoRight
	case forbidden:
		return credentials.RefusedBlocked
	}
	return credentials.RefusedUnknown
}

// signInWord returns the more telling of the two texts: the API's where it is about the user.
func signInWord(self selfAnswer, signIn answer) string {
	if self.outcome == forbidden {
		return self.word
	}
	return signIn.word
}

func (q question) refuse(why credentials.Refusal, word string) (credentials.Life, error) {
	return credentials.Life{}, &credentials.RefusedError{
		Host: q.host, Why: why, Word: word, GitLab: q.base, ByAPI: q.byAPI,
	}
}

func (q question) unreachable(err error) (credentials.Life, error) {
	return credentials.Life{}, &credentials.UnreachableError{Host: q.host, Err: err}
}
