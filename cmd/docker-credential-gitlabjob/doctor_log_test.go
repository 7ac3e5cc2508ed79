package main

import (
	"encoding/json"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/joblog"
)

// What a log says of a gitlab-runner goes for the prediction, and for nothing that is here.
func TestAsTheLogSays(t *testing.T) {
	here := gitlabrunner.Version{Major: 18, Minor: 5}
	for name, c := range map[string]struct {
		machine doctor.Runner
		log     string
		want    string
		fromLog bool
	}{
		"none is here":               {doctor.Runner{}, "16.9.1", "16.9", true},
		"one of an unknown version":  {doctor.Runner{Found: true}, "16.9.1", "16.9", true},
		"one of a version":           {doctor.Runner{Found: true, Version: &here}, "16.9.1", "18.5", false},
		"the log does not say":       {doctor.Runner{}, "", "", false},
		"the log says what is none":  {doctor.Runner{}, "development", "", false},
		"nor does what is here, too": {doctor.Runner{Found: true}, "", "", false},
	} {
		d := &doctoring{refusal: &joblog.Refusal{Runner: c.log}, machine: doctor.Machine{Runner: c.machine}}
		d.asTheLogSays()
		got, version := d.machine.Runner, ""
		if got.Version != nil {
			version = got.Version.String()
		}
		if version != c.want || got.FromLog != c.fromLog || got.Found != c.machine.Found {
			t.Errorf("%s: %q, %+v", name, version, got)
		}
	}
}

func TestLogJSON(t *testing.T) {
	d := &doctoring{}
	if got := d.logJSON(); got != nil {
		t.Errorf("without a log: %+v", got)
	}
	d.refusal = &joblog.Refusal{Image: "a/b:1", Word: "denied: no", Source: "/x", Runner: "18.2.0", Client: "docker"}
	text, err := json.Marshal(d.logJSON())
	const want = `{"image":"a/b:1","client":"docker","runner":"18.2.0","source":"/x","word":"denied: no"}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v", text, err)
	}
}
