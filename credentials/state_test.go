package credentials

import (
	"testing"
	"time"
)

func TestStateOneSecondEitherSide(t *testing.T) {
	const s = time.Second
	known := Life{Expiry: ExpiryKnown, ExpiresAt: noon, StoredAt: noon.AddDate(-1, 0, 0), VerifiedAt: noon.AddDate(-1, 0, 0)}
	unknown := Life{Expiry: ExpiryUnknown, StoredAt: noon, VerifiedAt: noon}
	with := func(l Life, change func(*Life)) Life {
		change(&l)
		return l
	}
	for name, c := range map[string]struct {
		life Life
		now  time.Time
		want State
	}{
		"a second before the last week": {known, noon.Add(-SoonDays*day - s), StateValid},
		"the last week":                 {known, noon.Add(-SoonDays * day), StateExpiring},
		"a second before the margin":    {known, noon.Add(-ExpiryMargin - s), StateExpiring},
		"within the margin":             {known, noon.Add(-ExpiryMargin), StateExpired},
		"expired":                       {known, noon, StateExpired},
		"a day was given, GitLab was never asked": {
			with(known, func(l *Life) { l.VerifiedAt = time.Time{} }), noon.AddDate(0, -1, 0), StateUnverified,
		},
		"never":                          {Life{Expiry: ExpiryNever, VerifiedAt: noon}, noon.AddDate(99, 0, 0), StateValid},
		"unknown, just verified":         {unknown, noon, StateValid},
		"unknown, a second before grace": {unknown, noon.Add(UnverifiedGrace - s), StateValid},
		"unknown, grace is over":         {unknown, noon.Add(UnverifiedGrace), StateUnverified},
		"unknown, never verified":        {with(unknown, func(l *Life) { l.VerifiedAt = time.Time{} }), noon, StateUnverified},
		"revoked":                        {with(known, func(l *Life) { l.Verdict = VerdictRevoked }), noon.AddDate(0, -1, 0), StateRevoked},
		"revoked, and past its day":      {with(known, func(l *Life) { l.Verdict = VerdictRevoked }), noon, StateRevoked},
		"called expired":                 {with(unknown, func(l *Life) { l.Verdict = VerdictExpired }), noon, StateExpired},
		"of a version to come":           {with(known, func(l *Life) { l.Expiry = "someday" }), noon, StateUnverified},
	} {
		if got := c.life.State(c.now); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
		if good := c.life.Check(c.now) == nil; good && (c.want == StateExpired || c.want == StateRevoked) {
			t.Errorf("%s: it is called %s, and get would serve it", name, c.want)
		}
	}
}

func TestDaysLeft(t *testing.T) {
	const s = time.Second
	known := Life{Expiry: ExpiryKnown, ExpiresAt: noon}
	for name, c := range map[string]struct {
		life   Life
		before time.Duration // before noon
		days   int
		known  bool
		within map[int]bool
	}{
		"a second more than two days": {known, 2*day + s, 2, true, map[int]bool{2: false, 3: true}},
		"two days":                    {known, 2 * day, 2, true, map[int]bool{1: false, 2: true}},
		"a second less than two days": {known, 2*day - s, 1, true, map[int]bool{1: false, 2: true}},
		"a second less than one day":  {known, day - s, 0, true, map[int]bool{0: false, 1: true}},
		"a second":                    {known, s, 0, true, map[int]bool{0: false}},
		"now":                         {known, 0, 0, true, map[int]bool{0: true}},
		"long ago":                    {known, -400 * day, 0, true, map[int]bool{0: true, 14: true}},
		"never":                       {Life{Expiry: ExpiryNever}, 0, 0, false, map[int]bool{9999: false}},
		"unknown":                     {Life{Expiry: ExpiryUnknown, ExpiresAt: noon}, 0, 0, false, map[int]bool{9999: false}},
	} {
		now := noon.Add(-c.before)
		if days, is := c.life.DaysLeft(now); days != c.days || is != c.known {
			t.Errorf("%s: %d, %v; want %d, %v", name, days, is, c.days, c.known)
		}
		for days, want := range c.within {
			if got := c.life.Within(days, now); got != want {
				t.Errorf("%s: within %d days: %v", name, days, got)
			}
		}
	}
}

func TestScopes(t *testing.T) {
	for name, c := range map[string]struct {
		scopes  []string
		rotates bool
		wide    int
	}{
		"what it needs":    {[]string{"read_registry", "write_registry", "self_rotate"}, true, 0},
		"virtual registry": {[]string{"read_virtual_registry", "write_virtual_registry"}, false, 0},
		"api":              {[]string{"read_registry", "api"}, true, 1},
		"read_api, sudo":   {[]string{"read_api", "sudo"}, false, 2},
		"nothing":          {nil, false, 0},
	} {
		l := Life{Scopes: c.scopes}
		if l.Rotates() != c.rotates || len(l.TooWide()) != c.wide {
			t.Errorf("%s: rotates %v, too wide %v", name, l.Rotates(), l.TooWide())
		}
	}
}
