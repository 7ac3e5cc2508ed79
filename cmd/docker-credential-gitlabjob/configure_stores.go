package main

import (
	"context"
	"errors"
	"slices"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// errTheirStore is for what cannot be known: nothing that another user's file names is run.
var errTheirStore = errors.New("a login may be there, which only that user can ask for")

// identityToken is the username by which Docker's stores mark an identity token (docker/cli native_store.go).
const identityToken = "<token>"

// storeLogin is a login that Docker has used so far, in another helper.
type storeLogin struct {
	helper   *keyring.OtherHelper
	name     string
	spelling string
	username string
	secret   credentials.Secret
	ruling   credentials.Ruling
}

// errAnotherLogin means that what was ruled on has been replaced since.
var errAnotherLogin = errors.New("somebody has logged in there meanwhile, and Docker does not ask for it any more")

// erase takes the login out of its helper, unless somebody has put another one in its place.
func (l *storeLogin) erase(ctx context.Context) error {
	username, secret, err := l.helper.Get(ctx, l.spelling)
	switch {
	case errors.Is(err, keyring.ErrNoRecord):
		return nil
	case err != nil:
		return err
	case username != l.username || !secret.Equal(l.secret):
		return errAnotherLogin
	}
	return l.helper.Erase(ctx, l.spelling)
}

// asked is one question that was put to another helper.
type asked struct {
	host           credentials.Host
	name, spelling string
}

// surveyStores asks the helpers that Docker has asked so far, once. Another user's file may name any program, so none
// of it is run, and what is there stays. In a job nothing is kept, so nobody is asked.
func (c *configuring) surveyStores(ctx context.Context, f *dockerconfig.File, w configure.Wish) {
	for _, login := range c.unaskedStores(f, w) {
		c.rulings.asked[asked{w.Host, login.name, login.spelling}] = true
		switch {
		case c.job.Running():
			c.note("outside of jobs Docker will not ask docker-credential-%s for %s any more",
				login.name, dockerconfig.Shown(login.spelling))
			continue
		case c.theirs:
			login.ruling = credentials.Ruling{Fate: credentials.Stays, Err: errTheirStore}
		case !c.ask(ctx, &login, w.Host):
			continue
		}
		c.rulings.logins[w.Host] = append(c.rulings.logins[w.Host], login)
	}
}

// unaskedStores returns the helpers that Docker asks and that have not been asked yet.
func (c *configuring) unaskedStores(f *dockerconfig.File, w configure.Wish) []storeLogin {
	if w.Leave || w.Runner && c.theirs {
		return nil
	}
	return slices.DeleteFunc(otherStores(f, w), func(login storeLogin) bool {
		return c.rulings.asked[asked{w.Host, login.name, login.spelling}]
	})
}

// ask asks for a login and rules on it, and reports whether there is one.
func (c *configuring) ask(ctx context.Context, login *storeLogin, h credentials.Host) bool {
	var err error
	if login.helper, err = keyring.NewOtherHelper(login.name); err != nil {
		login.ruling = credentials.Ruling{Fate: credentials.Stays, Err: err}
		return true
	}
	login.username, login.secret, err = login.helper.Get(ctx, login.spelling)
	switch {
	case errors.Is(err, keyring.ErrNoRecord):
		return false
	case errors.Is(err, keyring.ErrNoHelper):
		if !c.rulings.missing[login.name] {
			c.note("Docker's config names docker-credential-%s, which is not installed: no login is there", login.name)
		}
		c.rulings.missing[login.name] = true
		return false
	case err != nil:
		login.ruling = credentials.Ruling{Fate: credentials.Stays, Err: err}
		return true
	}
	entry := dockerconfig.Entry{Key: login.spelling, Username: login.username, Secret: login.secret}
	if login.username == identityToken {
		entry.Unreadable = "it is an identity token, which GitLab does not give out"
	}
	login.ruling = c.rulings.rule(ctx, h, entry)
	return true
}

// otherStores returns which other helper Docker has asked so far for each spelling of the host.
func otherStores(f *dockerconfig.File, w configure.Wish) []storeLogin {
	var stores []storeLogin
	add := func(name, spelling string) {
		same := func(l storeLogin) bool { return l.name == name && l.spelling == spelling }
		if name != "" && name != configure.Helper && !slices.ContainsFunc(stores, same) {
			stores = append(stores, storeLogin{name: name, spelling: spelling})
		}
	}
	for _, spelling := range configure.Spellings(f, w) {
		add(f.HelperFor(spelling), spelling)
	}
	for _, h := range f.Helpers(w.Host) {
		add(h.Name, h.Key)
	}
	return stores
}
