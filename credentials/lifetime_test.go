package credentials

import (
	"testing"
	"time"
)

// A new token lives as many days as the old one was given, from today.
func TestTheNewTokenLivesAsLong(t *testing.T) {
	for name, c := range map[string]struct {
		expiry           Expiry
		created, expires time.Time
		want             int // days from today
	}{
		"90 days":                 {ExpiryKnown, today.AddDate(0, 0, -60), today.AddDate(0, 0, 30), 90},
		"created late in the day": {ExpiryKnown, today.AddDate(0, 0, -60).Add(24*time.Hour - 1), today.AddDate(0, 0, 30), 90},
		"created in another zone": {
			ExpiryKnown, today.AddDate(0, 0, -60).In(time.FixedZone("", 14*3600)), today.AddDate(0, 0, 30), 90,
		},
		"one day":                {ExpiryKnown, today, today.AddDate(0, 0, 1), 1},
		"less than a day":        {ExpiryKnown, today.Add(time.Hour), today, 1},
		"365 days":               {ExpiryKnown, today, today.AddDate(0, 0, 365), 365},
		"400 days (a feature)":   {ExpiryKnown, today, today.AddDate(0, 0, 400), 365},
		"never":                  {ExpiryNever, today, time.Time{}, 365},
		"GitLab does not say":    {ExpiryUnknown, today, time.Time{}, 365},
		"created nobody knows":   {ExpiryKnown, time.Time{}, today.AddDate(0, 0, 30), 365},
		"over the end of a leap": {ExpiryKnown, today.AddDate(-2, 0, 0), today.AddDate(-1, 0, 0), 365},
	} {
		h, d, o := rotating()
		o.found.CreatedAt = c.created
		o.found.Life.Expiry, o.found.Life.ExpiresAt = c.expiry, c.expires
		if _, err := h.Rotate(t.Context(), d.lines[0], time.Time{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if want := today.AddDate(0, 0, c.want); !o.expires.Equal(want) {
			t.Errorf("%s: asked for %v; want %v", name, o.expires, want)
		}
	}
}
