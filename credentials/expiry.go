package credentials

import (
	"errors"
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

// A moment outside of these years is a number that overflowed, not a date.
const minYear, maxYear = 1970, 9999

// DateExpiry returns the instant at which GitLab stops accepting a token that its API dates YYYY-MM-DD: midnight UTC at
// the start of that day.
func DateExpiry(date string) (time.Time, error) {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a date of the form YYYY-MM-DD", date)
	}
	return at, nil
}

// jwtExpiry reads the "exp" claim of a JWT. Where there is no JWT, or none with a believable expiry, ok is false.
func jwtExpiry(s Secret) (exp time.Time, ok bool) {
	claims, ok := jwtClaims(s)
	if !ok {
		return time.Time{}, false
	}
	return believable(claims.GetExpirationTime())
}

// jwtIssue reads when a JWT was issued: the later of its "iat" and "nbf". Where there is no JWT, or none with a
// believable moment, ok is false.
func jwtIssue(s Secret) (at time.Time, ok bool) {
	claims, ok := jwtClaims(s)
	if !ok {
		return time.Time{}, false
	}
	at, ok = believable(claims.GetIssuedAt())
	if begins, has := believable(claims.GetNotBefore()); has && begins.After(at) {
		return begins, true
	}
	return at, ok
}

// jwtClaims reads a JWT that may stand behind a token prefix. It verifies nothing: nobody outside GitLab has the key,
// and the algorithm does not matter.
func jwtClaims(s Secret) (claims jwt.MapClaims, ok bool) {
	raw := s.Reveal()
	if at := strings.Index(raw, jobTokenPrefix); at >= 0 {
		raw = raw[at+len(jobTokenPrefix):]
	}
	if strings.Count(raw, ".") != 2 {
		return nil, false // an opaque token, told without the price of a parser at every pull
	}
	claims = jwt.MapClaims{}
	_, _, err := jwt.NewParser().ParseUnverified(raw, claims)
	return claims, err == nil || errors.Is(err, jwt.ErrTokenUnverifiable)
}

// believable returns the moment of a claim, in UTC.
func believable(claim *jwt.NumericDate, err error) (at time.Time, ok bool) {
	if err != nil || claim == nil || claim.UTC().Year() < minYear || claim.UTC().Year() > maxYear {
		return time.Time{}, false
	}
	return claim.UTC(), true
}
