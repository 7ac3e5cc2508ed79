package gitlab

import (
	"net/http"
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := New(Options{Now: func() time.Time { return now }})
	if _, known := c.Clock(); known {
		t.Error("a clock is known before anybody was asked")
	}
	for date, want := range map[string]time.Duration{
		"Sun, 01 Mar 2026 12:10:00 GMT": 10 * time.Minute,
		"Sun, 01 Mar 2026 11:00:00 GMT": -time.Hour,
	} {
		c.noteClock(http.Header{"Date": {date}})
		c.noteClock(http.Header{"Date": {"yesterday"}}) // tells nothing
		c.noteClock(http.Header{})
		if got, known := c.Clock(); got != want || !known {
			t.Errorf("%s: %v, %t, want %v", date, got, known, want)
		}
	}
}
