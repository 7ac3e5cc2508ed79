package credentials

import (
	"errors"
	"maps"
	"testing"
	"time"
)

// While a token is being replaced the catalogue's word on the old one does not count: the vault is asked.
func TestGetOfATokenThatIsBeingReplaced(t *testing.T) {
	h, d, _ := rotating()
	d.interrupt(noon)
	d.lines[0].Life.ExpiresAt = noon
	_, _, err := h.Get(t.Context(), reg)
	var interrupted *InterruptedError
	if !errors.As(err, &interrupted) || interrupted.Host.String() != reg || !interrupted.Since.Equal(noon) {
		t.Errorf("Get = %v", err)
	}
	if got := err.Error(); got != "the token for registry.example.com: its rotation was interrupted on 2026-03-01 12:00 UTC, log in again" {
		t.Errorf("it says %q", got)
	}
	for _, onMiss := range []string{"error", "not-found"} { // it is neither nothing nor expired
		h.OnMiss = onMiss
		if _, _, err := h.Get(t.Context(), reg); !errors.As(err, &interrupted) {
			t.Errorf("with %s: %v", onMiss, err)
		}
	}
	h.OnMiss, d.written = "", "glpat-new"
	if username, secret, err := h.Get(t.Context(), reg); err != nil || username != "me" || secret.Reveal() != "glpat-new" {
		t.Errorf("Get = %q, %q, %v", username, secret.Reveal(), err)
	}
	d.lines[0].Life.ExpiresAt = noon.AddDate(0, -3, 0) // of which the drawer makes noon
	var bad *NotGoodError
	if _, _, err := h.Get(t.Context(), reg); !errors.As(err, &bad) || bad.Host.String() != reg {
		t.Errorf("the new one is dead as well: %v", err)
	}
}

func TestListLeavesOutWhatIsBeingReplaced(t *testing.T) {
	h, d, _ := rotating()
	d.interrupt(noon)
	got, err := h.List(t.Context())
	if want := map[string]string{"other.example.com": "me"}; err != nil || !maps.Equal(got, want) {
		t.Errorf("List = %v, %v; want %v", got, err, want)
	}
}

// Get tells of a served token's last days, and of those of no other.
func TestSoon(t *testing.T) {
	const s = time.Second
	for name, c := range map[string]struct {
		left time.Duration
		host string
		told bool
	}{
		"a second more than a week": {SoonDays*day + s, reg, false},
		"a week":                    {SoonDays * day, reg, true},
		"a second until the margin": {ExpiryMargin + s, reg, true},
		"expired":                   {0, reg, false},
		"nothing kept":              {day, "example.com", false},
	} {
		h, d, _ := rotating()
		d.lines[0].Life.ExpiresAt = noon.Add(c.left)
		var told []Kept
		h.Soon = func(k Kept) { told = append(told, k) }
		_, _, err := h.Get(t.Context(), c.host)
		if c.told != (len(told) == 1) || c.told && (err != nil || told[0].Host.String() != reg) {
			t.Errorf("%s: told %+v, %v", name, told, err)
		}
	}
	h, d, _ := rotating()
	d.lines[0].Life.ExpiresAt = noon.AddDate(0, -3, 1)
	d.interrupt(noon)
	d.written = "glpat-new"
	h.Soon = func(k Kept) {
		if !k.Life.ExpiresAt.Equal(noon.AddDate(0, 0, 1)) {
			t.Errorf("told of the old token: %+v", k.Life)
		}
		d.written = "told"
	}
	if _, _, err := h.Get(t.Context(), reg); err != nil || d.written != "told" {
		t.Errorf("Get = %v, %s", err, d.written)
	}
	h.Job, h.Soon = inJob(NewSecret("glcbt-1")), func(Kept) { t.Error("told of a token that a job does not use") }
	if _, _, err := h.Get(t.Context(), reg); err != nil {
		t.Error(err)
	}
}
