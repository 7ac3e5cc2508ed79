package main

import (
	"context"
	"errors"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

var (
	errUnruled = errors.New("another program keeps logging in meanwhile")
	errTheirs  = errors.New("it is good, and another user's: their keyring is theirs to use")
)

// rulings remembers what becomes of each credential, so that GitLab is asked once about it, wherever it stands.
type rulings struct {
	elsewhere func(credentials.Host) error // why a good one stays in the file that it is about; nil: it may move
	adopters  map[error]*credentials.Adopter
	made      map[ruled]credentials.Ruling
	logins    map[credentials.Host][]storeLogin // in another helper
	asked     map[asked]bool
	missing   map[string]bool // helpers that are not installed
	shown     *progress       // of what is being asked
}

func newRulings(adopter *credentials.Adopter) *rulings {
	return &rulings{
		elsewhere: func(credentials.Host) error { return nil },
		adopters:  map[error]*credentials.Adopter{nil: adopter}, made: make(map[ruled]credentials.Ruling),
		logins: make(map[credentials.Host][]storeLogin), asked: make(map[asked]bool), missing: make(map[string]bool),
	}
}

// in returns the rulings for one file among those that are about the same person's: what is moved for one of them is
// kept for all, and whether a good one may move depends on the file.
func (r *rulings) in(elsewhere func(credentials.Host) error) *rulings {
	one := *r
	one.elsewhere = elsewhere
	return &one
}

// dry reports whether nothing is done: it is said what would be.
func (r *rulings) dry() bool { return r.adopters[nil].Dry }

// adopter returns who rules in this file on what is for h.
func (r *rulings) adopter(h credentials.Host) *credentials.Adopter {
	why := r.elsewhere(h)
	if r.adopters[why] == nil {
		first := r.adopters[nil]
		r.adopters[why] = &credentials.Adopter{
			Helper: first.Helper, Dry: first.Dry, Bounded: first.Bounded, Elsewhere: why,
		}
	}
	return r.adopters[why]
}

// ruled is one credential, and why it has to stay where it is if it is good. It stays in memory.
type ruled struct {
	host       credentials.Host
	username   string
	secret     credentials.Secret
	unreadable string
	elsewhere  error
}

// of returns the ruling on an entry, if there is one.
func (r *rulings) of(h credentials.Host, e dockerconfig.Entry) (credentials.Ruling, bool) {
	ruling, ok := r.made[ruled{h, e.Username, e.Secret, e.Unreadable, r.elsewhere(h)}]
	if !ok {
		ruling.Fate = credentials.Stays
	}
	return ruling, ok
}

// rule makes the ruling on a credential, and remembers it.
func (r *rulings) rule(ctx context.Context, h credentials.Host, e dockerconfig.Entry) credentials.Ruling {
	key := ruled{h, e.Username, e.Secret, e.Unreadable, r.elsewhere(h)}
	if ruling, ok := r.made[key]; ok {
		return ruling
	}
	ruling := credentials.Ruling{Fate: credentials.Stays, Err: errors.New(e.Unreadable)}
	if e.Unreadable == "" {
		ruling = r.adopter(h).Rule(ctx, h, e.Username, e.Secret)
		r.shown.end() // whatever is said next has the line for itself
	}
	r.made[key] = ruling
	return ruling
}

// tellMoved says what is kept already although the file could not be changed.
func (r *rulings) tellMoved(note func(format string, args ...any)) {
	for key, ruling := range r.made {
		if ruling.Fate == credentials.Moves && !r.dry() {
			note("a token for %s is in the vault already, and still where it was as well", key.host)
		}
	}
}

// survey makes the rulings on all that the file holds for the wishes. A registry has one place in the keyring: the
// login that Docker uses goes first, then what is for the whole registry, then what is for a part of it. Where one of
// them may be good and cannot be moved, nothing that comes after it takes its place.
func (c *configuring) survey(ctx context.Context, f *dockerconfig.File) {
	for i := range c.wishes {
		w := &c.wishes[i]
		if c.taken(f, *w) {
			continue
		}
		moves, stays := false, false
		count := func(ruling credentials.Ruling) {
			moves = moves || ruling.Fate == credentials.Moves
			stays = stays || ruling.Fate == credentials.Stays
		}
		c.surveyStores(ctx, f, *w)
		for _, login := range c.rulings.logins[w.Host] {
			count(login.ruling)
		}
		entries := f.Entries(w.Host)
		if c.instead != nil {
			entries = append(entries, c.instead(w.Host)...)
		}
		for _, part := range []bool{false, true} {
			if stays && !moves && !w.Force {
				c.rulings.adopter(w.Host).Reserve(w.Host)
			}
			for _, e := range entries {
				if e.OfPath() == part {
					count(c.rulings.rule(ctx, w.Host, e))
				}
			}
		}
		w.Hold = stays && !moves && c.mustHold(ctx, *w)
	}
}

// mustHold reports whether somebody would lose a login that may be good and cannot be moved, because this helper has
// nothing in its place. Then Docker goes on as before. A job has its own token, and so has gitlab-runner: they lose
// nothing.
func (c *configuring) mustHold(ctx context.Context, w configure.Wish) bool {
	switch {
	case w.Force, w.Runner, w.Leave, c.job.Running():
		return false
	case c.theirs:
		return true // what is kept here is not theirs
	}
	_, _, err := c.helper.Get(ctx, w.Host.String())
	return err != nil
}

// taken reports whether another helper answers for the host, and nobody has said that it shall not.
func (c *configuring) taken(f *dockerconfig.File, w configure.Wish) bool {
	for _, h := range f.Helpers(w.Host) {
		if h.Name != configure.Helper && h.Name != "" && !w.Leave {
			return !w.Force
		}
	}
	return false
}
