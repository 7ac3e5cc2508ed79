package main

import (
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlab"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// newPeopleHelper puts the program together for a verb that a person waits for: p is told what GitLab is asked, and
// what a person should know is silent where the verb is.
func newPeopleHelper(v voice, p *progress) *credentials.Helper {
	makingRoom := func(say teller) teller { // the line that moves goes first
		return func(format string, args ...any) {
			p.end()
			say(format, args...)
		}
	}
	helper := v.w.newHelper(makingRoom(v.note), makingRoom(v.w.note))
	client := v.w.newClient(p.step)
	helper.Inspector, helper.Issuer, helper.Pause = client, client, time.Sleep
	return helper
}

// teller tells a person something; nil tells nobody.
type teller = func(format string, args ...any)

// newHelper is a helper that asks nobody. note is told what a person should know, warn what nobody may miss. Nothing
// here opens anything: a job token is served before any file is read.
func (w world) newHelper(note, warn teller) *credentials.Helper {
	trace := w.tracer()
	return &credentials.Helper{
		Job:    credentials.ReadJob(w.getenv),
		Keeper: &keyring.Keyring{Getenv: w.getenv, Trace: trace, Note: note, Warn: warn},
		Now:    w.now,
		OnMiss: w.getenv("GITLABJOB_ON_MISS"),
		Trace:  trace,
		Note:   note,
	}
}

// newClient is who asks GitLab.
func (w world) newClient(progress func(doing string)) *gitlab.Client {
	return gitlab.New(gitlab.Options{
		UserAgent: userAgent(),
		CAFile:    w.getenv("CI_SERVER_TLS_CA_FILE"),
		Now:       w.now,
		Trace:     w.tracer(),
		Progress:  progress,
	})
}
