package credentials

import (
	"context"
	"errors"
)

// shelf is a Keeper in memory that counts how often its vault is opened.
type shelf struct {
	meanwhile *Token // is kept by another process before KeepInPlaceOf
	tokens    map[string]Token
	opened    int
	err       error // of every call
	revealE   error // of Reveal
	readyE    error // of Ready
}

func (s *shelf) Find(_ context.Context, h Host) (Kept, error) {
	if s.err != nil {
		return Kept{}, s.err
	}
	t, ok := s.tokens[h.String()]
	if !ok {
		return Kept{}, ErrNotKept
	}
	return Kept{Host: h, Username: t.Username, Vault: "shelf", Life: t.Life}, nil
}

func (s *shelf) Reveal(_ context.Context, k Kept) (Token, error) {
	s.opened++
	if s.revealE != nil {
		return Token{}, s.revealE
	}
	return s.tokens[k.Host.String()], nil
}

func (s *shelf) Ready(context.Context) error { return errors.Join(s.err, s.readyE) }

func (s *shelf) Keep(_ context.Context, h Host, t Token) error {
	if s.tokens == nil {
		s.tokens = make(map[string]Token)
	}
	s.tokens[h.String()] = t
	return s.err
}

// KeepInPlaceOf implements Keeper. What meanwhile has comes in right before.
func (s *shelf) KeepInPlaceOf(ctx context.Context, _ Kept, h Host, t Token) error {
	if s.meanwhile != nil {
		return errors.Join(s.Keep(ctx, h, *s.meanwhile), ErrKeptMeanwhile)
	}
	return s.Keep(ctx, h, t)
}

func (s *shelf) Amend(_ context.Context, newer []Kept) error {
	for _, n := range newer {
		t := s.tokens[n.Host.String()]
		t.Life = n.Life
		s.tokens[n.Host.String()] = t
	}
	return s.err
}

func (s *shelf) Renew(context.Context, Kept) (Renewal, error) {
	return nil, errors.New("see rotate_test.go")
}

func (s *shelf) Forget(_ context.Context, h Host) error {
	delete(s.tokens, h.String())
	return s.err
}

func (s *shelf) Served(ctx context.Context) ([]Served, error) {
	var served []Served
	all, err := s.All(ctx)
	for _, k := range all {
		served = append(served, k.Served())
	}
	return served, err
}

func (s *shelf) All(context.Context) ([]Kept, error) {
	var all []Kept
	for spelt, t := range s.tokens {
		h, err := ParseHost(spelt)
		if err != nil {
			return nil, err
		}
		all = append(all, Kept{Host: h, Username: t.Username, Life: t.Life})
	}
	return all, s.err
}
