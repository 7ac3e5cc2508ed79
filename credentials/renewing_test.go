package credentials

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
)

// drawer is a Keeper in memory that knows of IDs and of rotations, and notes down each step that counts.
type drawer struct {
	lines   []Kept
	secrets map[string]string // by ID
	written string            // the new secret of an interrupted rotation that had got as far as the vault

	renewE, tokenE, intendE, withdrawE error
	commitE                            []error // of each Commit in turn
	findE, revealE, readyE, forgetE    error

	steps    *journal
	atIntend func() // is called when the note is written; or nil
}

// journal is what was done, in order.
type journal struct {
	mu    sync.Mutex
	steps []string
}

func (j *journal) add(step string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.steps = append(j.steps, step)
}

func newDrawer(lines ...Kept) *drawer {
	d := &drawer{lines: lines, secrets: make(map[string]string), steps: &journal{}}
	for _, k := range lines {
		d.secrets[k.ID] = "glpat-" + k.ID
	}
	return d
}

func (d *drawer) step(name string) { d.steps.add(name) }

func (d *drawer) done() string { return strings.Join(d.steps.steps, " ") }

func (d *drawer) token(k Kept) Token {
	return Token{Username: k.Username, Secret: NewSecret(d.secrets[k.ID]), Life: k.Life, ID: k.ID}
}

func (d *drawer) Find(_ context.Context, h Host) (Kept, error) {
	at := slices.IndexFunc(d.lines, func(k Kept) bool { return k.Host == h })
	if at < 0 || d.findE != nil {
		return Kept{}, errors.Join(d.findE, ErrNotKept)
	}
	return d.lines[at], nil
}

func (d *drawer) Reveal(_ context.Context, k Kept) (Token, error) {
	switch {
	case d.revealE != nil:
		return Token{}, d.revealE
	case k.Rotation.Begun() && d.written == "":
		return Token{}, &InterruptedError{Host: k.Host, Since: k.Rotation.Since}
	case k.Rotation.Begun():
		k.ID, k.Life.ExpiresAt = k.Rotation.ID, k.Life.ExpiresAt.AddDate(0, 3, 0)
		t := d.token(k)
		t.Secret = NewSecret(d.written)
		return t, nil
	}
	return d.token(k), nil
}

func (d *drawer) Ready(context.Context) error { return d.readyE }

func (d *drawer) Keep(_ context.Context, h Host, t Token) error {
	d.step("keep")
	d.lines = slices.DeleteFunc(d.lines, func(k Kept) bool { return k.Host == h })
	d.lines = append(d.lines, Kept{Host: h, Username: t.Username, ID: "kept", Vault: "drawer", Life: t.Life})
	d.secrets["kept"] = t.Secret.Reveal()
	return nil
}

func (d *drawer) KeepInPlaceOf(ctx context.Context, _ Kept, h Host, t Token) error {
	return d.Keep(ctx, h, t)
}

func (d *drawer) Amend(_ context.Context, newer []Kept) error {
	d.step("amend")
	for _, n := range newer {
		for i, k := range d.lines {
			if k.Host == n.Host && k.ID == n.ID {
				d.lines[i].Life = n.Life
			}
		}
	}
	return nil
}

func (d *drawer) Forget(_ context.Context, h Host) error {
	d.step("forget")
	if d.forgetE == nil {
		d.lines = slices.DeleteFunc(d.lines, func(k Kept) bool { return k.Host == h })
	}
	return d.forgetE
}

func (d *drawer) Served(context.Context) (all []Served, err error) {
	for _, k := range d.lines {
		all = append(all, k.Served())
	}
	return all, nil
}

func (d *drawer) All(context.Context) ([]Kept, error) { return slices.Clone(d.lines), d.findE }

func (d *drawer) Renew(ctx context.Context, seen Kept) (Renewal, error) {
	d.step("renew")
	first, err := d.Find(ctx, seen.Host)
	if err == nil && first.ID != seen.ID {
		err = ErrKeptMeanwhile
	}
	if err = errors.Join(d.renewE, err); err != nil {
		return nil, err
	}
	p := &pulled{d: d, first: first}
	if first.Rotation.Begun() && d.written != "" {
		p.finished = true
		t, _ := d.Reveal(ctx, first)
		return p, p.Commit(ctx, t)
	}
	return p, nil
}
