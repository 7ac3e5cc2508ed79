package credentials

import (
	"context"
	"errors"
	"time"
)

// office is GitLab in memory: an Issuer and an Inspector whose answers are given.
type office struct {
	self    []error // of each Self in turn, the last for good
	found   Finding // what Self and Inspect find
	post    error   // of Rotate
	inspect error   // of Inspect
	revoke  error   // of Revoke

	asked   []Question
	expires time.Time // for which Rotate was asked
	steps   *journal  // the drawer's
	late    bool      // Rotate was asked with a context that can end
}

func (o *office) step(name string, q Question) {
	o.steps.add(name)
	o.steps.mu.Lock()
	defer o.steps.mu.Unlock()
	o.asked = append(o.asked, q)
}

func (o *office) Self(_ context.Context, q Question) (Finding, error) {
	o.step("self", q)
	var err error
	if len(o.self) > 0 {
		err = o.self[0]
	}
	if len(o.self) > 1 {
		o.self = o.self[1:]
	}
	return o.found, err
}

func (o *office) Rotate(ctx context.Context, q Question, expires time.Time) (Secret, Finding, error) {
	o.step("post", q)
	o.expires, o.late = expires, ctx.Done() != nil
	made := o.found
	made.Life.ExpiresAt = expires
	return NewSecret("glpat-new"), made, o.post
}

func (o *office) Revoke(_ context.Context, q Question) error {
	o.step("revoke", q)
	return o.revoke
}

func (o *office) Inspect(_ context.Context, q Question) (Finding, error) {
	o.step("inspect", q)
	return o.found, o.inspect
}

// The answers of GitLab that make a difference.
var (
	errRevoked = &RefusedError{Why: RefusedRevoked}
	errAway    = &UnreachableError{Err: errors.New("no route to host")}
	errUnsure  = &UncertainError{Err: errors.New("the answer was cut off")}
	errDenied  = &RefusedError{Why: RefusedChange}
)

// renewable is a token that has lived for 10 of its 90 days.
func renewable() Life {
	return Life{
		Kind: KindPersonal, Name: "laptop", Scopes: []string{"read_registry", "self_rotate"}, Expiry: ExpiryKnown,
		ExpiresAt: today.AddDate(0, 0, 80), StoredAt: noon.AddDate(0, 0, -10), VerifiedAt: noon.AddDate(0, 0, -10),
		GitLab: "https://gitlab.example.com",
	}
}

// today is the day of noon.
var today = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// rotating is a Helper over two hosts with one token, and a third with another.
func rotating() (*Helper, *drawer, *office) {
	line := func(host, id string) Kept {
		h, err := ParseHost(host)
		if err != nil {
			panic(err)
		}
		return Kept{Host: h, Username: "me", Vault: "drawer", ID: id, Life: renewable()}
	}
	d := newDrawer(line(reg, "old"), line("mirror.example.com", "old"), line("other.example.com", "other"))
	o := &office{steps: d.steps, found: Finding{
		Life: renewable(), User: "alice", CreatedAt: today.AddDate(0, 0, -10).Add(7 * time.Hour),
	}}
	return &Helper{Keeper: d, Inspector: o, Issuer: o, Now: at(noon)}, d, o
}

// interrupt makes the rotation of "old" one that was interrupted at that time.
func (d *drawer) interrupt(since time.Time) {
	for i, k := range d.lines {
		if k.ID == "old" {
			d.lines[i].Rotation = Rotation{ID: "next", Since: since}
		}
	}
}
