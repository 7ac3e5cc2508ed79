package credentials

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// What GitLab says of a token that is kept, and what is known of it since.
func TestVerdict(t *testing.T) {
	earlier := noon.AddDate(0, 0, -10)
	before := renewable()
	before.Aliases = []Host{host(t, "gitlab.example.com")}
	stated := Life{
		Kind: KindDeploy, Expiry: ExpiryKnown, ExpiresAt: noon.AddDate(0, 2, 0), StoredAt: earlier, VerifiedAt: earlier,
	}
	with := func(l Life, change func(*Life)) Life {
		change(&l)
		return l
	}
	late := with(before, func(l *Life) { l.VerifiedAt = noon })
	for name, c := range map[string]struct {
		before, found Life
		err           error
		after         Life
		wrong         bool // there is something to be told
	}{
		"alive, and other than it was": {
			before, Life{Kind: KindPersonal, Name: "renamed", Scopes: []string{"api"}, Expiry: ExpiryNever, Aliases: before.Aliases},
			nil, Life{
				Kind: KindPersonal, Name: "renamed", Scopes: []string{"api"}, Expiry: ExpiryNever, Aliases: before.Aliases,
				StoredAt: earlier, VerifiedAt: noon,
			}, false,
		},
		"alive, and the proxy did not answer": {before, renewable(), nil, late, false},
		"alive after all": {
			with(before, func(l *Life) { l.Verdict = VerdictRevoked }), renewable(), nil, late, false,
		},
		"alive, and of no known expiry": {
			stated, Life{Kind: KindUnknown, Expiry: ExpiryUnknown}, nil, with(stated, func(l *Life) { l.VerifiedAt = noon }), false,
		},
		"expired": {before, Life{}, &RefusedError{Why: RefusedExpired},
			with(late, func(l *Life) { l.Verdict = VerdictExpired }), false},
		"inactive": {before, Life{}, &RefusedError{Why: RefusedInactive},
			with(late, func(l *Life) { l.Verdict = VerdictExpired }), false},
		"revoked": {before, Life{}, &RefusedError{Why: RefusedRevoked},
			with(late, func(l *Life) { l.Verdict = VerdictRevoked }), false},
		"unknown to the API": {before, Life{}, &RefusedError{Why: RefusedUnknown, ByAPI: true},
			with(late, func(l *Life) { l.Verdict = VerdictRevoked }), false},
		"unknown to the sign-in alone": {before, Life{}, &RefusedError{Why: RefusedUnknown}, before, true},
		"a deploy token, unknown": {stated, Life{}, &RefusedError{Why: RefusedUnknown},
			with(stated, func(l *Life) { l.Verdict, l.VerifiedAt = VerdictRevoked, noon }), false},
		"the user is blocked":   {before, Life{}, &RefusedError{Why: RefusedBlocked}, before, true},
		"it has no right":       {before, Life{}, &RefusedError{Why: RefusedNoRight}, before, true},
		"GitLab is away":        {before, Life{}, errAway, before, true},
		"it is no GitLab":       {before, Life{}, &NotGitLabError{}, before, true},
		"the vault has lost it": {before, Life{}, ErrLost, before, true},
	} {
		after, err := verdict(c.before, Finding{Life: c.found}, c.err, noon.Add(999*time.Millisecond))
		if !reflect.DeepEqual(after, c.after) {
			t.Errorf("%s:\n%+v; want\n%+v", name, after, c.after)
		}
		if c.wrong && !errors.Is(err, c.err) || !c.wrong && err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Hosts with one token cost one question, and what is said of it is written down for all of them.
func TestCheckAll(t *testing.T) {
	h, d, o := rotating()
	o.inspect = errRevoked
	checked, err := h.CheckAll(t.Context(), d.lines)
	if err != nil || len(checked) != 3 || len(o.asked) != 2 || d.done() != "inspect inspect amend" {
		t.Errorf("%d checked, %v; %s", len(checked), err, d.done())
	}
	for i, c := range checked {
		if c.Life.Verdict != VerdictRevoked || d.lines[i].Life.Verdict != VerdictRevoked || c.Err != nil {
			t.Errorf("%s: %+v, %v; written: %+v", c.Host, c.Life, c.Err, d.lines[i].Life)
		}
	}
	h, d, o = rotating()
	o.inspect = errAway
	if checked, err := h.CheckAll(t.Context(), d.lines); err != nil || !errors.As(checked[0].Err, new(*UnreachableError)) || strings.Contains(d.done(), "amend") {
		t.Errorf("%v, %+v; %s: want nothing written", err, checked[0], d.done())
	}
	h, d, o = rotating()
	d.revealE = ErrLost
	if checked, err := h.CheckAll(t.Context(), d.lines); err != nil || !errors.Is(checked[0].Err, ErrLost) || len(o.asked) != 0 {
		t.Errorf("%v, %+v; %d questions", err, checked[0], len(o.asked))
	}
}

// A check takes the note of an interrupted rotation away where GitLab says that the old token is alive.
func TestCheckAllMendsInterruptedRotations(t *testing.T) {
	long := noon.Add(-time.Minute)
	for name, c := range map[string]struct {
		set    func(*drawer, *office)
		steps  string
		note   bool
		secret string
	}{
		"alive": {func(d *drawer, _ *office) { d.interrupt(long) },
			"renew self withdraw close renew close inspect inspect amend", false, "glpat-old"},
		"dead": {func(d *drawer, o *office) { d.interrupt(long); o.self = []error{errRevoked} },
			"renew self close renew self close inspect amend", true, ""},
		"GitLab is away": {func(d *drawer, o *office) { d.interrupt(long); o.self = []error{errAway} },
			"renew self close renew self close inspect amend", true, ""},
		"the vault cannot be read": {func(d *drawer, _ *office) { d.interrupt(long); d.tokenE = ErrLost },
			"renew close renew close inspect amend", true, ""},
		"the lock cannot be had": {func(d *drawer, _ *office) { d.interrupt(long); d.renewE = ErrLost },
			"renew renew inspect amend", true, ""},
		// Its request may be on the way still: GitLab calls a token alive that is dead a second later, and then it would be
		// served, and sent to be replaced.
		"a moment ago": {func(d *drawer, _ *office) { d.interrupt(long.Add(time.Second)) },
			"renew close renew close inspect amend", true, ""},
		"written": {func(d *drawer, _ *office) { d.interrupt(noon); d.written = "glpat-new" },
			"renew commit close renew inspect inspect amend", false, "glpat-new"},
	} {
		h, d, o := rotating()
		c.set(d, o)
		checked, err := h.CheckAll(t.Context(), d.lines)
		if err != nil || d.done() != c.steps {
			t.Errorf("%s: %v; %q, want %q", name, err, d.done(), c.steps)
		}
		for i := range 2 {
			tok, _ := d.Reveal(t.Context(), d.lines[i])
			if d.lines[i].Rotation.Begun() != c.note || tok.Secret.Reveal() != c.secret {
				t.Errorf("%s: note %v, kept %q", name, d.lines[i].Rotation, tok.Secret.Reveal())
			}
			if c.note != errors.As(checked[i].Err, new(*InterruptedError)) {
				t.Errorf("%s: checked: %v", name, checked[i].Err)
			}
		}
	}
}

// slow is an Inspector that counts how many are asking at once.
type slow struct{ now, most atomic.Int32 }

func (s *slow) Inspect(context.Context, Question) (Finding, error) {
	n := s.now.Add(1)
	defer s.now.Add(-1)
	for most := s.most.Load(); n > most && !s.most.CompareAndSwap(most, n); most = s.most.Load() {
	}
	time.Sleep(2 * time.Millisecond)
	return Finding{Life: renewable()}, nil
}

func TestCheckAllAsksOnlySoManyAtOnce(t *testing.T) {
	d, s := newDrawer(), &slow{}
	for i := range 20 {
		id := string(rune('a' + i))
		d.lines = append(d.lines, Kept{Host: host(t, id+".example.com"), Username: "me", ID: id, Life: renewable()})
	}
	h := &Helper{Keeper: d, Inspector: s, Now: at(noon)}
	if checked, err := h.CheckAll(t.Context(), d.lines); err != nil || len(checked) != 20 || s.most.Load() > mostAtOnce {
		t.Errorf("%d checked, %v; %d at once", len(checked), err, s.most.Load())
	}
}
