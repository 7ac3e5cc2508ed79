package credentials

import "time"

// Span is when a kept token may be used, without the reasons that Life has: all that List has to know.
type Span struct {
	Seen  time.Time // a clock that stands before it is not believed
	Until time.Time // zero: not at all
}

// Served is a kept token as List knows it.
type Served struct {
	Host     Host
	Username string
	Span     Span
}

// Span returns when the token may be used: exactly when Check returns nil.
func (l Life) Span() Span {
	s := Span{Seen: l.StoredAt}
	if l.VerifiedAt.After(s.Seen) {
		s.Seen = l.VerifiedAt
	}
	switch {
	case l.Validate() != nil || l.Verdict != VerdictNone:
	case l.Expiry == ExpiryKnown:
		s.Until = l.ExpiresAt.Add(-ExpiryMargin)
	case l.Expiry == ExpiryUnknown:
		s.Until = s.Seen.Add(UnverifiedGrace)
	default:
		s.Until = time.Date(maxYear, time.December, 31, 0, 0, 0, 0, time.UTC)
	}
	return s
}

// Good reports whether the token may be used now.
func (s Span) Good(now time.Time) bool {
	if s.Seen.After(now) {
		now = s.Seen
	}
	return now.Before(s.Until)
}

// Served returns k as List knows it. While a token is being replaced nobody can tell what would be served.
func (k Kept) Served() Served {
	s := Served{Host: k.Host, Username: k.Username}
	if !k.Rotation.Begun() {
		s.Span = k.Life.Span()
	}
	return s
}
