package credentials

import (
	"errors"
	"time"
)

// SoonDays is how many days before its expiry people are told that a token expires.
const SoonDays = 7

const day = 24 * time.Hour

// State is a Life in one word, for people and for their scripts.
type State string

// The states.
const (
	StateValid      State = "valid"
	StateExpiring   State = "expiring" // valid, with SoonDays left or less
	StateExpired    State = "expired"
	StateRevoked    State = "revoked"
	StateUnverified State = "unverified" // GitLab has never said that it takes it, or too long ago
)

// State returns how it stands with the token.
func (l Life) State(now time.Time) State {
	var bad *NotGoodError
	switch err := l.Check(now); {
	case errors.As(err, &bad) && bad.Reason == Revoked:
		return StateRevoked
	case errors.As(err, &bad) && bad.Reason != Unverified:
		return StateExpired
	case err != nil:
		return StateUnverified
	case l.Within(SoonDays, now):
		return StateExpiring
	case !l.Verified():
		return StateUnverified
	}
	return StateValid
}

// DaysLeft returns how many whole days the token has until its expiry, where that is known. Of a token that has expired
// it is 0.
func (l Life) DaysLeft(now time.Time) (days int, known bool) {
	if l.Expiry != ExpiryKnown {
		return 0, false
	}
	return max(int(l.ExpiresAt.Sub(now)/day), 0), true
}

// Within reports whether the token expires in so many days or less.
func (l Life) Within(days int, now time.Time) bool {
	const century = 36500 // a Duration has room for three
	return l.Expiry == ExpiryKnown && l.ExpiresAt.Sub(now) <= time.Duration(min(days, century))*day
}
