package credentials

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// Whatever goes wrong: the note stands while nobody knows whether the old token is dead, and never after; and GitLab is
// not asked for a new token before the note is written, nor once the old one may be dead.
func TestRotateBranches(t *testing.T) {
	locked := errors.New("locked")
	long, short := noon.Add(-time.Minute), noon.Add(-time.Minute+time.Second)
	for name, c := range map[string]struct {
		set   func(*drawer, *office)
		want  error
		steps string
		note  bool
		kept  string // the secret; "" where nobody is told
	}{
		"good":                        {func(*drawer, *office) {}, nil, "renew self intend post commit close", false, "glpat-new"},
		"the vault cannot be written": {func(d *drawer, _ *office) { d.renewE = locked }, locked, "renew", false, "glpat-old"},
		"the vault cannot be read":    {func(d *drawer, _ *office) { d.tokenE = locked }, locked, "renew close", false, "glpat-old"},
		"not active": {func(_ *drawer, o *office) { o.self = []error{errRevoked} },
			errRevoked, "renew self close amend", false, "glpat-old"},
		"GitLab is away": {func(_ *drawer, o *office) { o.self = []error{errAway} },
			errAway, "renew self close", false, "glpat-old"},
		"its user is blocked": {func(_ *drawer, o *office) { o.self = []error{&RefusedError{Why: RefusedBlocked}} },
			&RefusedError{}, "renew self close", false, "glpat-old"},
		"it lacks the scope": {func(_ *drawer, o *office) { o.found.Life.Scopes = []string{"read_registry"} },
			&RefusedError{}, "renew self close", false, "glpat-old"},
		"the scope api will do": {func(_ *drawer, o *office) { o.found.Life.Scopes = []string{"api"} },
			nil, "renew self intend post commit close", false, "glpat-new"},
		"no note can be written": {func(d *drawer, _ *office) { d.intendE = locked }, locked, "renew self intend close", false, "glpat-old"},
		"GitLab will not": {func(_ *drawer, o *office) { o.post = errDenied },
			errDenied, "renew self intend post withdraw close", false, "glpat-old"},
		"GitLab is away for the request alone": {func(_ *drawer, o *office) { o.post = errAway },
			errAway, "renew self intend post withdraw close", false, "glpat-old"},
		"uncertain, and alive": {func(_ *drawer, o *office) { o.post = errUnsure },
			errUnsure, "renew self intend post self withdraw close", false, "glpat-old"},
		"uncertain, and dead": {func(_ *drawer, o *office) { o.post, o.self = errUnsure, []error{nil, errRevoked} },
			&InterruptedError{}, "renew self intend post self close", true, ""},
		"uncertain, and GitLab is away": {func(_ *drawer, o *office) { o.post, o.self = errUnsure, []error{nil, errAway} },
			&InterruptedError{}, "renew self intend post self close", true, ""},
		"the note cannot be taken away": {func(d *drawer, o *office) { o.post, d.withdrawE = errDenied, locked },
			&InterruptedError{}, "renew self intend post withdraw close", false, "glpat-old"},
		"interrupted a moment ago": {func(d *drawer, _ *office) { d.interrupt(short) }, ErrTooSoon, "renew close", true, ""},
		"interrupted in the future": {func(d *drawer, _ *office) { d.interrupt(noon.Add(time.Second)) },
			ErrTooSoon, "renew close", true, ""},
		"interrupted, and alive": {func(d *drawer, _ *office) { d.interrupt(long) },
			nil, "renew self intend post commit close", false, "glpat-new"},
		"interrupted, and dead": {func(d *drawer, o *office) { d.interrupt(long); o.self = []error{errRevoked} },
			&InterruptedError{}, "renew self close", true, ""},
		"interrupted, and GitLab is away": {func(d *drawer, o *office) { d.interrupt(long); o.self = []error{errAway} },
			errAway, "renew self close", true, ""},
		"interrupted, and no vault": {func(d *drawer, _ *office) { d.interrupt(long); d.tokenE = locked },
			locked, "renew close", true, ""},
		"interrupted after the new one was written": {func(d *drawer, _ *office) { d.interrupt(short); d.written = "glpat-new" },
			nil, "renew commit close", false, "glpat-new"},
	} {
		t.Run(name, func(t *testing.T) {
			h, d, o := rotating()
			seen := d.lines[0]
			c.set(d, o)
			got, err := h.Rotate(t.Context(), seen, time.Time{})
			var interrupted *InterruptedError
			switch {
			case !sameError(err, c.want) && !errors.As(err, &interrupted):
				t.Errorf("Rotate = %v; want %v", err, c.want)
			case errors.As(err, &interrupted) != errors.As(c.want, &interrupted):
				t.Errorf("Rotate = %v; want %v", err, c.want)
			}
			if d.done() != c.steps {
				t.Errorf("the steps were %q; want %q", d.done(), c.steps)
			}
			for _, k := range d.lines[:2] {
				tok, err := d.Reveal(t.Context(), k)
				if k.Rotation.Begun() != c.note || tok.Secret.Reveal() != c.kept {
					t.Errorf("%s: note %v, kept %q, %v; want %v and %q", k.Host, k.Rotation, tok.Secret.Reveal(), err, c.note, c.kept)
				}
			}
			if c.want == nil && len(got) != 2 {
				t.Errorf("it says that this is kept: %+v", got)
			}
			if posted := slices.Contains(d.steps.steps, "post"); posted && o.late {
				t.Error("the request for a new token could be given up halfway")
			}
			if tok, err := d.Reveal(t.Context(), d.lines[2]); err != nil || tok.Secret.Reveal() != "glpat-other" {
				t.Errorf("another token is %q now, %v", tok.Secret.Reveal(), err)
			}
		})
	}
}

// What GitLab says is dead is written down, for every host that has it.
func TestRotateWritesDownThatItIsDead(t *testing.T) {
	h, d, o := rotating()
	o.self = []error{errRevoked}
	_, err := h.Rotate(t.Context(), d.lines[0], time.Time{})
	if !errors.Is(err, errRevoked) {
		t.Errorf("Rotate = %v", err)
	}
	for i, want := range []Verdict{VerdictRevoked, VerdictRevoked, VerdictNone} {
		if k := d.lines[i]; k.Life.Verdict != want {
			t.Errorf("%s has the verdict %q; want %q", k.Host, k.Life.Verdict, want)
		}
	}
}

func TestWhatIsKeptAfterARotation(t *testing.T) {
	h, d, o := rotating()
	d.lines[0].Life.Aliases = []Host{host(t, "gitlab.example.com")}
	if _, err := h.Rotate(t.Context(), d.lines[0], time.Time{}); err != nil {
		t.Fatal(err)
	}
	life := d.lines[0].Life
	if !life.StoredAt.Equal(noon) || !life.ExpiresAt.Equal(o.expires) || len(life.Aliases) != 1 || life.Name != "laptop" {
		t.Errorf("kept: %+v", life)
	}
	for _, q := range o.asked {
		if q.Secret.Reveal() != "glpat-old" || q.Username != "me" || q.GitLab != "https://gitlab.example.com" || q.Host != d.lines[0].Host {
			t.Errorf("GitLab was asked %+v with %q", q, q.Secret.Reveal())
		}
	}
}

// Once GitLab is about to be asked for a new token, nobody gives up halfway. Before that, nothing is begun.
func TestRotateIsNotGivenUpHalfway(t *testing.T) {
	h, d, _ := rotating()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Rotate(ctx, d.lines[0], time.Time{}); !errors.Is(err, context.Canceled) || d.lines[0].Rotation.Begun() {
		t.Errorf("Rotate = %v; a note: %v", err, d.lines[0].Rotation)
	}
	h, d, o := rotating()
	ctx, d.atIntend = context.WithCancel(t.Context())
	if _, err := h.Rotate(ctx, d.lines[0], today.AddDate(0, 0, 9)); err != nil || o.late {
		t.Errorf("Rotate = %v", err)
	}
	if !o.expires.Equal(today.AddDate(0, 0, 9)) {
		t.Errorf("asked for %v", o.expires)
	}
}
