package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

const scripts = "../cmd/docker-credential-gitlabjob/testdata/script"

// TestScripts runs the scripts, which show what the program does by saying it. Each has a world of its own.
func TestScripts(t *testing.T) { runScripts(t, false) }

// TestScriptsWithDebug runs the scripts again with GITLABJOB_DEBUG=1, and takes the lines that it adds to stderr out of
// the script's sight. Everything must come out the same, and the lines must have no secret in them.
func TestScriptsWithDebug(t *testing.T) { runScripts(t, true) }

func runScripts(t *testing.T, debug bool) {
	t.Helper()
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 scripts,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Condition:           condition,
		Setup:               func(env *testscript.Env) error { return newStory(env, debug) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"helper":       onStory((*story).helper),
			"program":      onStory((*story).program),
			"piped":        onStory((*story).piped),
			"store":        onStory((*story).store),
			"exited":       onStory((*story).exited),
			"took-at-most": onStory((*story).tookAtMost),
			"served":       onStory((*story).served),
			"fault":        onStory((*story).fault),
			"change":       onStory((*story).change),
			"asked":        onStory((*story).requestsSeen),
			"vault-runs":   onStory((*story).vaultRuns),
			"vault-holds":  onStory((*story).vaultHolds),
			"life":         onStory((*story).life),
			"vault-life":   onStory((*story).vaultLife),
			"interrupt":    onStory((*story).interrupt),
			"big-file":     onStory((*story).bigFile),
			"config":       onStory((*story).config),
			"config-is":    onStory((*story).configIs),
			"burn-config":  onStory((*story).burnConfig),
			"config-at":    onStory((*story).configAt),
			"config-at-is": onStory((*story).configAtIs),
			"fed":          onStory((*story).fed),

			"login-elsewhere": onStory((*story).loginElsewhere),
		},
	})
}

// story is one script's world, and what has happened in it so far.
type story struct {
	*kit.World

	work, vault string
	debug       bool
	secrets     []string // besides what bears the canary
	last        kit.Result
	took        time.Duration // by the last run
	asked       int           // requests that "asked" has accounted for
	runs        int           // of the vault, that "vault-runs" has accounted for
}

type storyKey struct{}

// onStory makes a script's command of a story's method.
func onStory(do func(*story, *testscript.TestScript, bool, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		do(ts.Value(storyKey{}).(*story), ts, neg, args)
	}
}

// newStory makes the world that a script begins in: a user with an empty home and an empty keyring, and no job.
func newStory(env *testscript.Env, debug bool) error {
	world, err := kit.NewWorld()
	if err != nil {
		return err
	}
	home, err := kit.NewHome(filepath.Join(env.WorkDir, "home"), bin)
	if err != nil {
		return err
	}
	s := &story{World: world, work: env.WorkDir, debug: debug}
	if s.vault, err = home.UseTestVault(); err != nil {
		return err
	}
	home.Set("TESTVAULT_LOG", filepath.Join(s.work, "vault.log"))
	home.Set("XDG_RUNTIME_DIR", filepath.Join(s.work, "run"))
	for _, variable := range home.Env() {
		name, value, _ := strings.Cut(variable, "=")
		env.Setenv(name, value)
	}
	for name, value := range map[string]string{
		"REGISTRY": world.Registry, "GITLAB": world.GitLabURL, "GITLAB_HOST": strings.TrimPrefix(world.GitLabURL, "http://"), "FOREIGN": world.Foreign,
		"NOWHERE": "127.0.0.1:1", // tcpmux, which nothing answers to any more
		"PORT":    strings.TrimPrefix(world.Registry, "localhost:"), "CATALOG": home.CatalogPath(), "STATE": filepath.Dir(home.CatalogPath()), "VAULT": s.vault,
	} {
		env.Setenv(name, value)
	}
	s.addTokens(env)
	env.Values[storyKey{}] = s
	env.Defer(func() {
		if err := world.Close(); err != nil {
			env.T().Log(err)
		}
		s.searchFiles(env.T().(testing.TB))
	})
	return os.MkdirAll(filepath.Join(s.work, "run"), 0o700)
}
