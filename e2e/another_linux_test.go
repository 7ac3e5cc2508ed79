package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// Root configures another user's file: it stays theirs, nothing that it names is run, and no login in it gets out of
// their reach.
func TestConfigureForAnotherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("not tested: only root acts as others")
		return
	}
	const uid = 54321
	s := newSite(t)
	s.keep(t) // root's own token is nothing that they could use
	theirs := filepath.Join(t.TempDir(), "config.json")
	ran := filepath.Join(t.TempDir(), "ran")
	program := filepath.Join(bin, "docker-credential-theirs")
	if err := os.WriteFile(program, []byte("#!/bin/sh\ntouch "+ran+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(program) })
	held := `{"auths": {"` + s.Registry + `": {}}, "credsStore": "theirs"}`
	for _, c := range []struct {
		name, before, after string
		words               []string
		code                int
		says                string
	}{
		{"a login in a store of theirs", held, held, nil, 1, "which only that user can ask for"},
		{"the same, by force", held, strings.TrimSuffix(held, "}") + `, "credHelpers": {"` + s.Registry + `": "gitlabjob"}}`,
			[]string{"--force"}, 0, "Docker asks this helper now"},
		{"a job token", `{"auths": {"` + s.Registry + `/": {"password": "glcbt-64_stale"}}}`,
			`{"auths": {}, "credHelpers": {"` + s.Registry + `": "gitlabjob"}}`, nil, 0, "a job token"},
		{"a good token", `{"auths": {"` + s.Registry + `": {"username": "alice", "password": "` + s.pat + `"}}}`,
			`{"auths": {"` + s.Registry + `": {"username": "alice", "password": "` + s.pat + `"}}}`, nil, 1, "another user's"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile(theirs, []byte(c.before), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{filepath.Dir(theirs), theirs} {
				if err := os.Chown(path, uid, uid); err != nil {
					t.Fatal(err)
				}
			}
			words := append([]string{"configure", "--file", theirs, s.Registry}, c.words...)
			result, err := s.home.Run(t.Context(), "", kit.Program, words...)
			if err != nil || result.Code != c.code || !strings.Contains(result.Stdout+result.Stderr, c.says) {
				t.Errorf("%v, %+v; want exit code %d and %q", err, result, c.code, c.says)
			}
			if text, err := os.ReadFile(theirs); err != nil || string(text) != c.after {
				t.Errorf("the file has %s, %v; want %s", text, err, c.after)
			}
			info, err := os.Stat(theirs)
			if err != nil || info.Sys().(*syscall.Stat_t).Uid != uid || info.Mode() != fs.FileMode(0o600) {
				t.Errorf("the file is another's now, or has another mode: %v, %v", info, err)
			}
			if _, err := os.Stat(ran); err == nil {
				t.Error("their program was run")
			}
		})
	}
}
