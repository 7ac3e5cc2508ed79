package credentials

import (
	"errors"
	"testing"
)

func TestLogout(t *testing.T) {
	locked := errors.New("locked")
	for name, c := range map[string]struct {
		set    func(*drawer, *office)
		revoke bool
		want   error
		gone   int
		left   int
		steps  string
	}{
		"one of two hosts": {func(*drawer, *office) {}, false, nil, 1, 2, "forget"},
		"and its token":    {func(*drawer, *office) {}, true, nil, 2, 1, "renew revoke forget forget close"},
		"GitLab is away":   {func(_ *drawer, o *office) { o.revoke = errAway }, true, errAway, 0, 3, "renew revoke close"},
		"the vault has lost it": {func(d *drawer, _ *office) { d.renewE = ErrLost },
			true, ErrLost, 0, 3, "renew"},
		"nothing can be removed":  {func(d *drawer, _ *office) { d.forgetE = locked }, false, locked, 0, 3, "forget"},
		"revoked and not removed": {func(d *drawer, _ *office) { d.forgetE = locked }, true, locked, 0, 3, "renew revoke forget close"},
		"its rotation was interrupted": {func(d *drawer, _ *office) { d.interrupt(noon) },
			true, &InterruptedError{}, 0, 3, "renew close"},
		"it is the last word on an interrupted rotation": {func(d *drawer, _ *office) { d.interrupt(noon) },
			false, nil, 1, 2, "forget"},
		// What GitLab calls revoked then would be the old token, and the new one would live on with nobody to revoke it.
		"another process has just rotated it": {func(d *drawer, _ *office) { d.lines[0].ID, d.lines[1].ID = "next", "next" },
			true, ErrKeptMeanwhile, 0, 3, "renew"},
	} {
		t.Run(name, func(t *testing.T) {
			h, d, o := rotating()
			seen := d.lines[0]
			c.set(d, o)
			gone, err := h.Logout(t.Context(), seen, c.revoke)
			if !sameError(err, c.want) || len(gone) != c.gone || len(d.lines) != c.left {
				t.Errorf("Logout = %v, gone %v, left %v", err, gone, d.lines)
			}
			if d.done() != c.steps {
				t.Errorf("the steps were %q; want %q", d.done(), c.steps)
			}
			for _, q := range o.asked {
				if q.Secret.Reveal() != "glpat-old" || q.GitLab == "" || q.Host.String() != reg {
					t.Errorf("GitLab was asked about %+v", q)
				}
			}
		})
	}
}

// An interrupted rotation whose new token is here is brought to its end, and it is the new one that is revoked.
func TestLogoutRevokesTheNewToken(t *testing.T) {
	h, d, o := rotating()
	d.interrupt(noon)
	d.written = "glpat-new"
	gone, err := h.Logout(t.Context(), d.lines[0], true)
	if err != nil || len(gone) != 2 || len(d.lines) != 1 || len(o.asked) != 1 || o.asked[0].Secret.Reveal() != "glpat-new" {
		t.Errorf("Logout = %v, %v; %d questions", gone, err, len(o.asked))
	}
}
