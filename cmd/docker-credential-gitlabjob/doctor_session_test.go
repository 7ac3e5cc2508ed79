package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// A job whose token is good from a time on that is yet to come tells that this clock is wrong.
func TestClockOfAJob(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for ahead, wrong := range map[time.Duration]bool{
		-time.Hour: false, 0: false, leeway - time.Second: false, leeway + time.Second: true, time.Hour: true,
	} {
		env := map[string]string{
			"CI_JOB_TOKEN": gitlabtest.JobJWT(now.Add(ahead), time.Hour), "GITLABJOB_STATE_DIR": t.TempDir(),
		}
		getenv := func(name string) string { return env[name] }
		d := &doctoring{voice: voice{w: world{getenv: getenv, now: func() time.Time { return now }}}}
		d.helper = &credentials.Helper{Job: credentials.ReadJob(getenv), Keeper: &keyring.Keyring{Getenv: getenv}}
		err := d.clock()
		if errors.Is(err, errClock) != wrong || wrong && !strings.Contains(err.Error(), "when this job's token was issued") {
			t.Errorf("%v: %v", ahead, err)
		}
	}
}
