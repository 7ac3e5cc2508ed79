package credentials

import (
	"testing"
	"time"
)

// List knows of a life when it is good, and must never know better than Get, which asks Check.
func TestSpanIsCheckWithoutReasons(t *testing.T) {
	t.Parallel()
	never := time.Time{}
	ends := []time.Time{never, noon, noon.Add(ExpiryMargin), noon.Add(ExpiryMargin + time.Second), noon.AddDate(1, 0, 0)}
	seen := []time.Time{
		never, noon, noon.Add(-UnverifiedGrace), noon.Add(time.Second - UnverifiedGrace), noon.AddDate(0, 0, 2),
	}
	good := 0
	for _, expiry := range []Expiry{ExpiryKnown, ExpiryNever, ExpiryUnknown, "odd"} {
		for _, verdict := range []Verdict{VerdictNone, VerdictExpired, VerdictRevoked, "odd"} {
			for _, end := range ends {
				for _, stored := range seen {
					for _, verified := range seen {
						l := Life{
							Expiry: expiry, Verdict: verdict, ExpiresAt: end, StoredAt: stored, VerifiedAt: verified,
						}
						want := l.Check(noon) == nil
						if got := l.Span().Good(noon); got != want {
							t.Errorf("%+v: span says %v, check %v", l, got, l.Check(noon))
						}
						if want {
							good++
						}
					}
				}
			}
		}
	}
	if good == 0 {
		t.Error("no life was good: nothing was compared")
	}
}
