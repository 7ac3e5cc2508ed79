package main

import (
	"errors"
	"fmt"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/joblog"
)

// errNoLogImage means that a log tells of a refusal, and not of what.
var errNoLogImage = errors.New("the log has a refusal in it, and does not name the image or registry")

// readLog finds in a job's log what it is about.
func (d *doctoring) readLog() error {
	refusal, err := joblog.Read(d.w.stdin)
	if err != nil {
		return err
	}
	d.refusal = &refusal
	if refusal.Image == "" {
		return errNoLogImage
	}
	d.o.image, err = parseSubject(refusal.Image)
	return err
}

// asTheLogSays takes the version of gitlab-runner from the log, where this machine has none. That one is here it does
// not say.
func (d *doctoring) asTheLogSays() {
	if d.refusal == nil || d.machine.Runner.Version != nil {
		return
	}
	if v, err := gitlabrunner.ParseVersion(d.refusal.Runner); err == nil {
		d.machine.Runner.Version, d.machine.Runner.FromLog = &v, true
	}
}

// accountFor adds a finding for the log's refusal, if none accounts for it, and reports whether it has.
func (d *doctoring) accountFor(r *doctor.Report) bool {
	return d.refusal != nil && r.Explain(*d.refusal, d.machine, d.subjects, d.o.online)
}

// doctorLog is what a log has said, for scripts.
type doctorLog struct {
	Image  string `json:"image"`
	Client string `json:"client"` // "" where it cannot be told, as for what follows
	Runner string `json:"runner"`
	Source string `json:"source"`
	Word   string `json:"word"`
}

// logJSON is what the log has said; nil without one.
func (d *doctoring) logJSON() *doctorLog {
	if d.refusal == nil {
		return nil
	}
	return &doctorLog{
		Image: d.refusal.Image, Client: d.refusal.Client, Runner: d.refusal.Runner, Source: oneLine(d.refusal.Source),
		Word: oneLine(d.refusal.Word),
	}
}

// logged says what the log has said.
func (d *doctoring) logged() string {
	if d.refusal == nil {
		return ""
	}
	who := d.refusal.Client
	if who == "" {
		who = "a client"
	}
	if d.refusal.Runner != "" {
		who += " (of a job of gitlab-runner " + d.refusal.Runner + ")"
	}
	text := fmt.Sprintf("the log: %s was refused for %s: %s", who, d.refusal.Image, d.refusal.Word)
	if d.refusal.Source != "" {
		text += "; gitlab-runner went there with what it found in " + d.refusal.Source
	}
	return oneLine(text) + "\n\n"
}
