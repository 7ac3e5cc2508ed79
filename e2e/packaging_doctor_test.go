package e2e

import (
	"encoding/base64"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// The shipped service that looks for what has come back says nothing and succeeds while all is well. It fails, and says
// what is wrong in the lines that end up in its log, when a job has left its token behind.
func TestShippedDoctorService(t *testing.T) {
	home, err := kit.NewHome(filepath.Join(t.TempDir(), "home"), bin)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := home.UseTestVault(); err != nil {
		t.Fatal(err)
	}
	run := func() kit.Result {
		t.Helper()
		words := command(t, "doctor")
		cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
		cmd.Env, cmd.Dir = home.Env(), home.Dir
		got, err := kit.Run(cmd, "")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	const clean = `{"auths": {}, "credHelpers": {"registry.gitlab.com": "gitlabjob"}}`
	silent := func(when string) {
		t.Helper()
		if err := home.WriteConfig(clean); err != nil {
			t.Fatal(err)
		}
		if got := run(); got != (kit.Result{}) {
			t.Errorf("%s: %+v", when, got)
		}
	}
	silent("while all is well")

	left := base64.StdEncoding.EncodeToString([]byte("gitlab-ci-token:glcbt-64_" + canary))
	stale := `{"auths": {"https://registry.gitlab.com": {"auth": "` + left + `"}}}`
	if err := home.WriteConfig(stale); err != nil {
		t.Fatal(err)
	}
	got := run()
	if got.Code != 1 || got.Stdout != "" || !strings.HasPrefix(got.Stderr, "error: gitlabjob: stale-credential, ") {
		t.Errorf("with a stale entry: %+v", got)
	}
	for _, text := range []string{
		home.ConfigPath() + " [https://registry.gitlab.com]: a job token that a job has left behind",
		"\nhint: run: " + kit.Program + " doctor --fix --yes registry.gitlab.com\n",
	} {
		if !strings.Contains(got.Stderr, text) {
			t.Errorf("%q is not in %q", text, got.Stderr)
		}
	}
	if strings.Contains(got.Stderr, canary) || strings.Contains(got.Stderr, left) {
		t.Error("it shows the secret")
	}
	silent("mended by hand")
}
