package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/subprocess"
)

// patience is how long a helper may take. Clients would wait for ever; who asks what is wrong does not.
const patience = 5 * time.Second

// slow is how long a helper may take to fail and still be asked another question: one whose vault hangs would take as
// long for each.
const slow = 2 * time.Second

// notFound are the words of a helper that has nothing (docker/docker-credential-helpers credentials/error.go).
const notFound = "credentials not found in native keychain"

// asker asks credential helpers as a client would that has this environment, each question once.
type asker struct {
	ctx context.Context //nolint:containedctx // clients.Helpers has no other way to bring it along
	env []string

	mu      sync.Mutex
	answers map[string]clients.HelperAnswer
	lists   map[string][]string
	hung    map[string]clients.HelperAnswer // what those helpers have said at last that were slow to fail
}

func newAsker(ctx context.Context, env []string) *asker {
	return &asker{
		ctx: ctx, env: env, answers: make(map[string]clients.HelperAnswer), lists: make(map[string][]string),
		hung: make(map[string]clients.HelperAnswer),
	}
}

// in returns who asks in that environment: the same, who knows answers already, where it is the same.
func (a *asker) in(env []string) *asker {
	if slices.Equal(a.env, env) {
		return a
	}
	return newAsker(a.ctx, env)
}

// Get implements clients.Helpers.
func (a *asker) Get(name, serverURL string) clients.HelperAnswer {
	a.mu.Lock()
	defer a.mu.Unlock()
	question := name + "\n" + serverURL
	if answer, ok := a.answers[question]; ok {
		return answer
	}
	out, answer := a.run(name, "get", serverURL)
	if answer.Outcome == clients.Found {
		var got struct{ Username, Secret string }
		if json.Unmarshal(out, &got) != nil {
			answer = clients.HelperAnswer{Outcome: clients.Failed, Text: "its answer is no JSON"}
		}
		answer.Username, answer.Secret = got.Username, credentials.NewSecret(got.Secret)
	}
	a.answers[question] = answer
	return answer
}

// List implements clients.Helpers.
func (a *asker) List(name string) ([]string, clients.HelperAnswer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if answer, ok := a.answers[name]; ok {
		return a.lists[name], answer
	}
	out, answer := a.run(name, "list", "unused")
	if answer.Outcome == clients.Found {
		var got map[string]string
		if json.Unmarshal(out, &got) != nil {
			answer = clients.HelperAnswer{Outcome: clients.Failed, Text: "its answer is no JSON"}
		}
		for serverURL := range got {
			a.lists[name] = append(a.lists[name], serverURL)
		}
		slices.Sort(a.lists[name])
	}
	a.answers[name] = answer
	return a.lists[name], answer
}

// run runs a helper, and says what became of that.
func (a *asker) run(name, verb, input string) ([]byte, clients.HelperAnswer) {
	path := lookUp("docker-credential-"+name, pathOf(a.env))
	if path == "" || name != filepath.Base(name) {
		return nil, clients.HelperAnswer{Outcome: clients.Missing}
	}
	if !subprocess.Trusted(path) {
		return nil, clients.HelperAnswer{Outcome: clients.Unknown}
	}
	if answer, ok := a.hung[name]; ok {
		return nil, answer
	}
	began := time.Now()
	out, answer := a.runProgram(name, path, verb, input)
	if answer.Outcome == clients.Failed && time.Since(began) > slow {
		a.hung[name] = answer
	}
	return out, answer
}

// runProgram is run, of a program that is there.
func (a *asker) runProgram(name, path, verb, input string) ([]byte, clients.HelperAnswer) {
	ctx, cancel := context.WithTimeout(a.ctx, patience)
	defer cancel()
	cmd := subprocess.Command(ctx, path, verb)
	cmd.Env = append(slices.Clone(a.env), "PATH="+subprocess.TrustedPath(pathOf(a.env)))
	cmd.Stdin = strings.NewReader(input)
	out, err := subprocess.Output(cmd)
	out = bytes.TrimSpace(out)
	switch {
	case err == nil:
		return out, clients.HelperAnswer{Outcome: clients.Found}
	case ctx.Err() != nil:
		return nil, clients.HelperAnswer{Outcome: clients.Failed, Text: "it does not answer within " + patience.String()}
	case string(out) == notFound:
		return nil, clients.HelperAnswer{Outcome: clients.NotFound}
	}
	return nil, clients.HelperAnswer{Outcome: clients.Failed, Text: words(question{name, verb, input}, string(out), err)}
}

// unknown is for helpers that would run as another user: nobody is asked.
type unknown struct{}

// Get implements clients.Helpers.
func (unknown) Get(string, string) clients.HelperAnswer {
	return clients.HelperAnswer{Outcome: clients.Unknown}
}

// List implements clients.Helpers.
func (unknown) List(string) ([]string, clients.HelperAnswer) {
	return nil, clients.HelperAnswer{Outcome: clients.Unknown}
}

// lookUp finds a program in the directories of a PATH that need not be this process's own.
func lookUp(name, path string) string {
	if path == os.Getenv("PATH") {
		found, err := exec.LookPath(name)
		if err != nil {
			return ""
		}
		return found
	}
	for _, dir := range filepath.SplitList(path) {
		if !filepath.IsAbs(dir) {
			continue
		}
		found := filepath.Join(dir, name)
		const executable = 0o111
		if info, err := os.Stat(found); err == nil && info.Mode().IsRegular() && info.Mode()&executable != 0 {
			return found
		}
	}
	return ""
}

// pathOf returns the PATH in an environment, of which the last one counts.
func pathOf(env []string) string {
	for _, variable := range slices.Backward(env) {
		if path, ok := strings.CutPrefix(variable, "PATH="); ok {
			return path
		}
	}
	return ""
}
