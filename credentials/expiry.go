package credentials

import (
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// How far the word "good" reaches.
const (
	// ExpiryMargin is how long before its expiry a token is refused already. BuildKit keeps what a helper returned for
	// 4 min 50 s (moby/buildkit session/auth/authprovider), and must not be caught using a dead token.
	ExpiryMargin = 5 * time.Minute
	// UnverifiedGrace is how long a token whose expiry nobody knows stays good after GitLab last accepted it.
	UnverifiedGrace = 30 * 24 * time.Hour
)

// DateExpiry returns the instant at which GitLab stops accepting a token that its API dates YYYY-MM-DD: midnight UTC at
// the start of that day.
func DateExpiry(date string) (time.Time, error) {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a date of the form YYYY-MM-DD", date)
	}
	return at, nil
}

// jwtExpiry reads the "exp" claim of a JWT that may stand behind a token prefix. It verifies nothing: nobody outside
// GitLab has the key. Where there is no JWT, or none with an expiry, ok is false.
func jwtExpiry(s Secret) (exp time.Time, ok bool) {
	raw := s.Reveal()
	if at := strings.Index(raw, jobTokenPrefix); at >= 0 {
		raw = raw[at+len(jobTokenPrefix):]
	}
	var claims jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(raw, &claims); err != nil || claims.ExpiresAt == nil {
		return time.Time{}, false
	}
	return claims.ExpiresAt.UTC(), true
}
