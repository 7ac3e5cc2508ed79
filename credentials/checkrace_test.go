package credentials

import (
	"context"
	"errors"
	"testing"
)

// overtaken is an Inspector whose first answer comes when another process has replaced the token.
type overtaken struct {
	*office
	overtake func()
	done     bool
}

func (o *overtaken) Inspect(ctx context.Context, q Question) (Finding, error) {
	if !o.done {
		o.done = true
		o.overtake()
		return Finding{}, errRevoked
	}
	return o.office.Inspect(ctx, q)
}

// Of a token that another process replaces while GitLab is asked, the answer is "revoked": that is no news of what is
// kept then.
func TestCheckAllWhileAnotherRotates(t *testing.T) {
	for name, c := range map[string]struct {
		overtake func(*drawer)
		verdict  [2]Verdict
		ids      [2]string
	}{
		"it is replaced": {func(d *drawer) {
			d.lines[0].ID, d.lines[1].ID, d.secrets["next"] = "next", "next", "glpat-new"
		}, [2]Verdict{}, [2]string{"next", "next"}},
		"for one somebody logs in": {func(d *drawer) {
			d.lines[0].ID, d.lines[1].ID, d.secrets["next"], d.secrets["login"] = "next", "login", "glpat-new", "glpat-login"
			d.lines[1].Life.Name = "login"
		}, [2]Verdict{}, [2]string{"next", "login"}},
		"nothing is": {func(*drawer) {}, [2]Verdict{VerdictRevoked, VerdictRevoked}, [2]string{"old", "old"}},
		"it is cut short": {func(d *drawer) { d.interrupt(noon) },
			[2]Verdict{VerdictRevoked, VerdictRevoked}, [2]string{"old", "old"}},
	} {
		h, d, o := rotating()
		d.lines = d.lines[:2]
		h.Inspector = &overtaken{office: o, overtake: func() { c.overtake(d) }}
		checked, err := h.CheckAll(t.Context(), d.lines)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for i, k := range checked {
			if k.Life.Verdict != c.verdict[i] || d.lines[i].Life.Verdict != c.verdict[i] || k.ID != c.ids[i] || k.Err != nil {
				t.Errorf("%s: %s: %+v, %v; written: %+v", name, k.Host, k.Kept, k.Err, d.lines[i])
			}
			if k.ID == "login" && (k.Life.Name != "login" || d.lines[i].Life.Name != "login") {
				t.Errorf("%s: it has the other's life: %+v", name, k.Life)
			}
			if k.ID == "next" && !k.Life.VerifiedAt.Equal(noon) {
				t.Errorf("%s: the new one was not asked about: %+v", name, k.Life)
			}
		}
	}
}

// A rotation that is still going on is waited for.
func TestCheckAllWaitsForAnothersRotation(t *testing.T) {
	h, d, o := rotating()
	d.lines = d.lines[:1]
	h.Inspector = &overtaken{office: o, overtake: func() { d.interrupt(noon) }}
	h.Keeper = &ending{d}
	checked, err := h.CheckAll(t.Context(), d.lines)
	if err != nil || checked[0].ID != "next" || checked[0].Err != nil || checked[0].Life.Verdict != VerdictNone {
		t.Errorf("%+v, %v", checked, err)
	}
	o.inspect = errRevoked // and the new one may be dead as well
	if checked, err := h.CheckAll(t.Context(), d.lines); err != nil || checked[0].Life.Verdict != VerdictRevoked {
		t.Errorf("%+v, %v", checked, err)
	}
	if errors.Is(checked[0].Err, errRevoked) {
		t.Error("that it is revoked is no reason to know nothing of it")
	}
}

// ending is a drawer where a rotation comes to its end as soon as somebody waits for it.
type ending struct{ *drawer }

func (e *ending) Reveal(ctx context.Context, k Kept) (Token, error) {
	if k.Rotation.Begun() {
		k.ID, k.Rotation = "next", Rotation{}
		e.lines[0], e.secrets["next"] = k, "glpat-new"
	}
	return e.drawer.Reveal(ctx, k)
}
