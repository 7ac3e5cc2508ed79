package clients

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// FuzzPredict: whatever stands in the files, each client has an answer that hangs together, and the same one whoever
// was asked before.
func FuzzPredict(f *testing.F) {
	for _, trap := range traps {
		f.Add(string(written(trap.text)), `{"auths": {}}`, strings.Replace(trap.image, "R", registry, 1))
	}
	f.Add(`{"auths": {"https://R": 5, "R": null}, "credHelpers": {"R": "good"}, "credHelpers": null}`, ``, "R")
	f.Add(`{"R": {"auth": "?"}}`, string(written(`{"auths": {"R": AUTH(me)}}`)), "R/a/b@sha256:0")
	f.Add("\ufeff{}", "null", "alpine")
	f.Fuzz(func(t *testing.T, text, variable, raw string) {
		image, err := ParseImage(raw)
		if err != nil {
			return
		}
		fresh := func() Places {
			file := &File{Path: "config.json", Text: []byte(text)}
			return Places{
				Docker: file, HomeDocker: file, RuntimeAuth: file, DockerCfg: file,
				AuthConfig:    &File{Path: "DOCKER_AUTH_CONFIG", Text: []byte(variable)},
				DetectedStore: "nothing", Helpers: theHelpers, Payload: []string{registry},
			}
		}
		shared := fresh()
		for _, client := range slices.Backward(All()) {
			Predict(client, shared, image)
		}
		for _, client := range All() {
			answer := Predict(client, shared, image)
			if why := malformed(answer); why != "" {
				t.Errorf("%s: %s: %+v", client, why, answer)
			}
			if alone := Predict(client, fresh(), image); !reflect.DeepEqual(alone, answer) {
				t.Errorf("%s: %+v, and %+v where nobody was asked before", client, answer, alone)
			}
		}
	})
}

// malformed returns in what an answer contradicts itself.
func malformed(a Answer) string {
	sources := []Source{FromJob, FromHelper, FromFile, FromEnv, None, Empty, Unstable}
	all := append(append([]Credential{a.Credential}, a.Rivals...), a.Shadows...)
	for i, c := range all {
		switch {
		case !slices.Contains(sources, c.Source) || i > 0 && c.Source == Unstable:
			return "an unknown source"
		case c.Source == None && c != Credential{Source: None}, c.Source == Empty && !c.empty():
			return "something in nothing"
		case c.Helper != "" && c.Outcome == "", c.Source == FromHelper && c.Member == "":
			return "half a helper"
		case c.Identity != c.Tokens.any() && (c.Helper == "" || !c.Identity):
			return "half a token"
		}
	}
	switch {
	case (a.Source == Unstable) != (len(a.Rivals) > 1), len(a.Rivals) == 1:
		return "rivals of nobody"
	case a.Stops && !a.fails():
		return "it stops over nothing"
	case a.Failed != nil && !a.Failed.fails():
		return "nothing has failed"
	case a.Source == Unstable && (a.Username != "" || !a.Secret.Empty()):
		return "a rival has won"
	}
	return ""
}
