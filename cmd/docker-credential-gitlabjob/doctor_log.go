package main

import (
	"errors"
	"fmt"

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
