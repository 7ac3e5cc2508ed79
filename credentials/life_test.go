package credentials

import (
	"errors"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestCheckOneSecondEitherSide(t *testing.T) {
	known := Life{Expiry: ExpiryKnown, ExpiresAt: noon, StoredAt: noon.AddDate(0, -1, 0)}
	unverified := Life{Expiry: ExpiryUnknown, StoredAt: noon}
	verified := Life{Expiry: ExpiryUnknown, StoredAt: noon.AddDate(0, -6, 0), VerifiedAt: noon}
	never := Life{Expiry: ExpiryNever, StoredAt: noon}
	for name, c := range map[string]struct {
		life Life
		now  time.Time
		want NotGood // "" for good
	}{
		"a second before the margin":       {known, noon.Add(-ExpiryMargin - time.Second), ""},
		"at the margin":                    {known, noon.Add(-ExpiryMargin), ExpiresNow},
		"a second after the margin began":  {known, noon.Add(-ExpiryMargin + time.Second), ExpiresNow},
		"a second before expiry":           {known, noon.Add(-time.Second), ExpiresNow},
		"at expiry":                        {known, noon, Expired},
		"a second after expiry":            {known, noon.Add(time.Second), Expired},
		"stored, a second before 30 days":  {unverified, noon.Add(UnverifiedGrace - time.Second), ""},
		"stored, 30 days":                  {unverified, noon.Add(UnverifiedGrace), Unverified},
		"checked, a second before 30 days": {verified, noon.Add(UnverifiedGrace - time.Second), ""},
		"checked, 30 days":                 {verified, noon.Add(UnverifiedGrace), Unverified},
		"never":                            {never, noon.AddDate(500, 0, 0), ""},
		"revoked":                          {Life{Expiry: ExpiryNever, Verdict: VerdictRevoked}, noon, Revoked},
		"called expired":                   {Life{Expiry: ExpiryUnknown, Verdict: VerdictExpired, StoredAt: noon}, noon, Expired},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.life.Check(c.now)
			var bad *NotGoodError
			if c.want == "" && err == nil || errors.As(err, &bad) && bad.Reason == c.want {
				return
			}
			t.Errorf("Check = %v; want %q", err, c.want)
		})
	}
}

// A clock that was set back does not bring a token to life: what was seen at verification counts.
func TestCheckDoesNotBelieveAnEarlierClock(t *testing.T) {
	life := Life{Expiry: ExpiryKnown, ExpiresAt: noon, StoredAt: noon.AddDate(0, 0, -1), VerifiedAt: noon.Add(time.Second)}
	if err := life.Check(noon.AddDate(-10, 0, 0)); err == nil {
		t.Error("good, on a clock ten years before the moment it was verified")
	}
	life.VerifiedAt = noon.Add(-time.Hour)
	if err := life.Check(noon.AddDate(-10, 0, 0)); err != nil {
		t.Errorf("a clock that is behind makes a good token bad: %v", err)
	}
}

func TestCheckRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, life := range []Life{
		{}, {Expiry: "someday"}, {Expiry: ExpiryKnown}, {Expiry: ExpiryNever, Verdict: "perhaps"},
	} {
		if life.Check(noon) == nil || life.Validate() == nil {
			t.Errorf("%+v passes", life)
		}
	}
}

func TestEarlier(t *testing.T) {
	known := func(at time.Time) Life { return Life{Expiry: ExpiryKnown, ExpiresAt: at} }
	never, unknown := Life{Expiry: ExpiryNever}, Life{Expiry: ExpiryUnknown}
	early, late := known(noon), known(noon.Add(time.Hour))
	for _, c := range []struct{ a, b, want Life }{
		{early, late, early}, {late, early, early}, {never, early, early}, {early, never, early}, {unknown, early, early},
		{early, unknown, early}, {never, unknown, unknown}, {unknown, never, unknown}, {never, never, never},
	} {
		if got := c.a.Earlier(c.b); got.Expiry != c.want.Expiry || !got.ExpiresAt.Equal(c.want.ExpiresAt) {
			t.Errorf("%v.Earlier(%v) = %v", c.a, c.b, got)
		}
	}
	if got := never.Earlier(Life{Expiry: ExpiryNever, Verdict: VerdictRevoked}); got.Verdict != VerdictRevoked {
		t.Error("a verdict got lost")
	}
}

func TestKindByPrefix(t *testing.T) {
	for secret, want := range map[string]Kind{
		"glpat-x": KindPersonal, "corp-glpat-x": KindPersonal, "gldt-x": KindDeploy, "hunter2": KindUnknown,
	} {
		if got := KindByPrefix(NewSecret(secret)); got != want {
			t.Errorf("%s: %s; want %s", secret, got, want)
		}
	}
}
