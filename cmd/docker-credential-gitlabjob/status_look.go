package main

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// survey returns how it stands with what is kept, and asks GitLab where that is wanted. Its error is of writing down
// what GitLab says.
func (s *status) survey(ctx context.Context, all []credentials.Kept) (rows []statusRow, err error) {
	rows = s.look(ctx, all)
	if s.o.check {
		err = s.check(ctx, all, rows)
		s.shown.end()
	}
	rows = slices.DeleteFunc(rows, func(r statusRow) bool { return r.gone })
	everything, allErr := s.helper.Keeper.All(ctx)
	for i, r := range rows {
		if allErr == nil {
			rows[i].Life.Aliases = r.Answered(everything)
		}
		s.advise(r)
	}
	return rows, err
}

// mostAtOnce bounds how many records one vault is asked for at a time.
const mostAtOnce = 4

// look asks each vault for what it should have, and returns a row for each token. A vault that has not answered one
// question in time is asked no other.
func (s *status) look(ctx context.Context, all []credentials.Kept) []statusRow {
	tokens, errs := make([]credentials.Token, len(all)), make([]error, len(all))
	slots := make(map[string]chan struct{}) // for each vault, so that one that hangs takes none from another
	var wait sync.WaitGroup
	var hung sync.Map // the vaults that do not answer
	for i, k := range all {
		if slots[k.Vault] == nil {
			slots[k.Vault] = make(chan struct{}, mostAtOnce)
		}
		slot := slots[k.Vault]
		wait.Go(func() {
			slot <- struct{}{}
			defer func() { <-slot }()
			if err, is := hung.Load(k.Vault); is {
				errs[i], _ = err.(error)
				return
			}
			if tokens[i], errs[i] = s.reveal(ctx, k); isHung(errs[i], k.Vault) {
				hung.Store(k.Vault, errs[i])
			}
		})
	}
	wait.Wait()
	rows := make([]statusRow, len(all))
	for i, k := range all {
		switch {
		case errs[i] != nil:
		case k.Rotation.Begun() && tokens[i].ID == k.Rotation.ID:
			k.Life = tokens[i].Life // the new token is here already, and "get" finds it
		default:
			k.Life = k.Life.Earlier(tokens[i].Life)
		}
		rows[i] = s.judge(k, errs[i])
	}
	return rows
}

// reveal takes a token out of its vault, which has as long as for "get".
func (s *status) reveal(ctx context.Context, k credentials.Kept) (credentials.Token, error) {
	if !k.Rotation.Begun() || !s.o.check { // with a check, the end of another process' rotation is waited for
		var cancel func()
		ctx, cancel = context.WithTimeout(ctx, promptly)
		defer cancel()
	}
	token, err := s.helper.Keeper.Reveal(ctx, k)
	if errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, keyring.ErrBusy) {
		err = &keyring.VaultError{Vault: k.Vault, Err: keyring.ErrHung}
	}
	return token, err
}

// isHung reports whether err says that the vault of that name does not answer.
func isHung(err error, vault string) bool {
	var which *keyring.VaultError
	return errors.Is(err, keyring.ErrHung) && errors.As(err, &which) && which.Vault == vault
}

// check has GitLab asked about each token that can be got at, and alters its row. What cannot be got at has been told.
func (s *status) check(ctx context.Context, all []credentials.Kept, rows []statusRow) error {
	var ask []credentials.Kept
	var at []int
	for i, r := range rows {
		if !r.gone && r.problem != problemLost && r.problem != problemVault {
			ask, at = append(ask, all[i]), append(at, i)
		}
	}
	checked, err := s.helper.CheckAll(ctx, append(slices.Clip(ask), s.others(ctx, ask)...))
	now := make([]credentials.Kept, len(ask))
	for i := range ask {
		now[i] = checked[i].Kept
	}
	for i, r := range s.look(ctx, now) {
		if r.problem == "" && checked[i].Err != nil {
			r = s.judge(r.Kept, checked[i].Err)
		}
		rows[at[i]] = r
	}
	return err
}

// others returns every other line of the catalogue that is about one of these tokens: what GitLab says of it is written
// down there as well.
func (s *status) others(ctx context.Context, of []credentials.Kept) []credentials.Kept {
	all, err := s.helper.Keeper.All(ctx)
	if err != nil {
		return nil // so what was read a moment ago has to do
	}
	return slices.DeleteFunc(all, func(k credentials.Kept) bool {
		return !slices.ContainsFunc(of, func(o credentials.Kept) bool { return o.ID == k.ID }) ||
			slices.ContainsFunc(of, func(o credentials.Kept) bool { return o.Host == k.Host })
	})
}
