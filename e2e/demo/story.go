package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// The credentials of the story. GitLab does not know the stale one any more.
const (
	stalePAT = "glpat-stale-3Zk8qT1vXw"
	goodPAT  = "glpat-laptop-9bR2mC7yHs"
	jobToken = "glcbt-64_demo-5Jd0pNfLqA"
)

const imageFile = "app.tar"

// story is what happens. Each step proves what it says by what GitLab has seen.
type story struct {
	*stage

	world *kit.World
	stale string // what stands in config.json of the stale login
	seen  int    // requests to GitLab that an earlier step has accounted for
}

func newStory(s *stage, world *kit.World) *story {
	world.GitLab.Add(gitlabtest.Token{Secret: jobToken, Kind: gitlabtest.JobToken})
	world.GitLab.Add(gitlabtest.Token{
		Secret: goodPAT, Username: "alice", Name: "laptop", Scopes: []string{"read_registry", "write_registry"},
		ExpiresAt: time.Now().UTC().AddDate(0, 3, 0).Format(time.DateOnly),
	})
	stale := base64.StdEncoding.EncodeToString([]byte("alice:" + stalePAT))
	s.secrets = []string{jobToken, goodPAT, stalePAT, stale}
	return &story{stage: s, world: world, stale: stale}
}

func (s *story) tell(ctx context.Context) error {
	for _, step := range []func(context.Context) error{s.staleEntry, s.inJob, s.onLaptop, s.expired} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	s.print("\n" + s.styled(bold, "That is all.") + " To have it for your own registries, see the README.\n")
	return nil
}

func (s *story) staleEntry(ctx context.Context) error {
	s.heading("1. A stale login in Docker's config file")
	s.say(`Somebody once ran "docker login" here. The token lies in config.json, in plaintext, and GitLab does not ` +
		`take it any more.`)
	config := fmt.Sprintf("{\n  \"auths\": {%q: {\"auth\": %q}}\n}\n", "https://"+s.world.Registry, s.stale)
	if err := s.home.WriteConfig(config); err != nil {
		return err
	}
	if _, err := s.file(s.home.ConfigPath()); err != nil {
		return err
	}
	if err := s.pull(ctx, outcome{1, "HTTP Basic: Access denied"}); err != nil {
		return err
	}
	return s.gitlabSaw("alice", stalePAT, "the stale token, and refused it")
}

func (s *story) inJob(ctx context.Context) error {
	s.heading("2. One command puts the helper in place")
	s.say("It asks GitLab about the plaintext that it finds, takes out what is dead, and lets Docker ask the helper.")
	want := outcome{0, "it is not known there"}
	if err := s.run(ctx, want, "", kit.Program, "configure", s.world.Registry); err != nil {
		return err
	}
	text, err := s.file(s.home.ConfigPath())
	if err != nil {
		return err
	}
	if strings.Contains(text, s.stale) || !strings.Contains(text, `"gitlabjob"`) {
		return s.failed("config.json", "the helper in it, and the stale entry gone", text)
	}
	if err := s.gitlabSaw("alice", stalePAT, "the stale token once more, and it is gone"); err != nil {
		return err
	}

	s.heading("3. In a CI job")
	s.say("The job brings its own token along, as every job does. Docker and its kin ask the helper for each registry. " +
		"It answers the job's registry, and no other, with the job's token.")
	s.enterJob()
	want = outcome{0, `"Username":"gitlab-ci-token"`}
	if err := s.run(ctx, want, s.world.Registry, kit.Program, "get"); err != nil {
		return err
	}
	if err := s.run(ctx, outcome{1, "credentials not found"}, "registry.evil.example", kit.Program, "get"); err != nil {
		return err
	}
	if err := s.pull(ctx, outcome{0, ""}); err != nil {
		return err
	}
	return s.gitlabSaw("gitlab-ci-token", jobToken, "the job's own token")
}

func (s *story) onLaptop(ctx context.Context) error {
	s.heading("4. Outside of a job, a personal access token")
	s.leaveJob()
	s.say(`This is what "docker login" sends to the helper. The helper asks GitLab what the token is good for and ` +
		`until when, and keeps it in the keyring (here a test vault plays the keyring).`)
	message := fmt.Sprintf(`{"ServerURL":%q,"Username":"alice","Secret":%q}`, s.world.Registry, goodPAT)
	if err := s.run(ctx, outcome{0, ""}, message, kit.Program, "store"); err != nil {
		return err
	}
	if err := s.gitlabSaw("alice", goodPAT, "the token, and has said that it is good"); err != nil {
		return err
	}
	if err := s.run(ctx, outcome{0, `"alice"`}, "", kit.Program, "list"); err != nil {
		return err
	}
	s.say("The catalogue says what is kept and until when. It has no secret in it.")
	text, err := s.file(s.home.CatalogPath())
	if err != nil {
		return err
	}
	if strings.Contains(text, goodPAT) {
		return s.failed("the catalogue", "no secret", "the token")
	}
	s.say("The pull is served from there.")
	if err := s.pull(ctx, outcome{0, ""}); err != nil {
		return err
	}
	return s.gitlabSaw("alice", goodPAT, "the token from the keyring")
}

func (s *story) expired(ctx context.Context) error {
	s.heading("5. Its expiry passes")
	yesterday := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -1)
	s.say("Nobody waits three months for a demo: the date in the catalogue is set to yesterday, " +
		yesterday.Format(time.DateOnly) + ". The clock is the real one, and GitLab would still take the token.")
	if err := s.home.MoveExpiry(s.world.Registry, yesterday); err != nil {
		return err
	}
	if err := s.pull(ctx, outcome{1, "has expired on " + yesterday.Format(time.DateOnly)}); err != nil {
		return err
	}
	err := s.gitlabSaw("", "", "no token at all: the pull stopped before that, and says why and what to do")
	if err != nil {
		return err
	}
	return s.run(ctx, outcome{0, "{}"}, "", kit.Program, "list")
}
