package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// pull pulls the image with crane, and makes sure that there is a file when it says so, and none when not.
func (s *story) pull(ctx context.Context, want outcome) error {
	path := filepath.Join(s.home.Dir, imageFile)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := s.run(ctx, want, "", "crane", "pull", s.world.Image, imageFile); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if pulled := err == nil && info.Size() > 0; pulled != (want.code == 0) {
		return s.failed("crane pull", fmt.Sprint("an image: ", want.code == 0), fmt.Sprint("an image: ", pulled))
	}
	if want.code != 0 {
		return nil
	}
	s.output(fmt.Sprintf("(%s has arrived, %d bytes)", imageFile, info.Size()))
	return s.run(ctx, outcome{0, "PASS"}, "", "crane", "validate", "--tarball", imageFile)
}

// enterJob sets what every CI job has, and leaveJob takes it away.
func (s *story) enterJob() {
	s.home.Set("CI_REGISTRY", s.world.Registry)
	s.home.Set("CI_JOB_TOKEN", jobToken)
	s.typeLine("export CI_REGISTRY=" + s.world.Registry + " CI_JOB_TOKEN=" + jobToken)
}

func (s *story) leaveJob() {
	s.home.Set("CI_REGISTRY", "")
	s.home.Set("CI_JOB_TOKEN", "")
	s.typeLine("unset CI_REGISTRY CI_JOB_TOKEN")
}

// gitlabSaw makes sure that since the last step GitLab's registry sign-in was shown this credential and no other, and
// says so. For an empty secret, nothing of GitLab may have been shown any.
func (s *story) gitlabSaw(username, secret, remark string) error {
	all := s.world.GitLab.Seen()
	shown, others := 0, []string{}
	for _, r := range all[s.seen:] {
		switch {
		case r.Header == gitlabtest.NoHeader || secret != "" && r.Endpoint != gitlabtest.SignIn:
		case secret != "" && r.Username == username && r.Carried(secret):
			shown++
		default:
			others = append(others, r.Username)
		}
	}
	s.seen = len(all)
	if len(others) > 0 || (shown > 0) != (secret != "") {
		return s.failed("what GitLab saw", fmt.Sprintf("sign-ins of %q and of nobody else", username),
			fmt.Sprintf("%d of them, and others of %q", shown, strings.Join(others, ", ")))
	}
	s.conclude("GitLab was shown " + remark + ".")
	return nil
}
