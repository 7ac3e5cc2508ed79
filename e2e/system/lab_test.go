package system

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// laboratory is what all tests share: the programs under test, GitLab with its registry, and the engine.
type laboratory struct {
	dir           string
	bin           string // has the helper behind its wrapper, first on every account's PATH
	helper        string // the helper itself
	docker        string // the newest Docker CLI at hand
	dockerVersion []int  // its first two numbers
	gitlab        *standIn
	registry      string // host:port
	image         string // a private image there
	engine        *engine
	wine          *wine

	dirs    atomic.Int64 // how many newDir has made
	stops   []func() error
	mu      sync.Mutex
	record  []outcome       // of every command that a test ran
	watched []string        // the secrets
	planted map[string]bool // files in which a test has put a secret itself
}

func newLaboratory(dir string) *laboratory {
	return &laboratory{
		dir: dir, bin: filepath.Join(dir, "bin"), helper: filepath.Join(dir, "real", kit.Program),
		docker: newestDocker(), planted: make(map[string]bool),
	}
}

// wrapper stands in front of the helper and notes its arguments: one line a call, in a file of the account.
const wrapper = `#!/bin/sh
printf '%s\n' "$*" >>"$HELPER_CALLS"
exec "$HELPER" "$@"
`

// start builds the programs and starts the parts. What it has started is ended by stop, on failure too.
func (l *laboratory) start(ctx context.Context) error {
	for _, dir := range []string{l.bin, filepath.Dir(l.helper)} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	for to, pkg := range map[string]string{
		l.helper:                      "github.com/gitlabjob/docker-credential-gitlabjob/cmd/" + kit.Program,
		filepath.Join(l.bin, "crane"): "github.com/google/go-containerregistry/cmd/crane",
	} {
		if err := kit.GoBuild(ctx, to, pkg); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(l.bin, kit.Program), []byte(wrapper), 0o755); err != nil {
		return err
	}
	l.wine = startWine(ctx, filepath.Join(l.dir, "wine"))
	l.atEnd(l.wine.stop)
	var err error
	if l.dockerVersion, err = versionOf(ctx, l.docker); err != nil {
		return err
	}
	if l.gitlab, err = startGitLab(); err != nil {
		return err
	}
	l.atEnd(l.gitlab.stop)
	registry, host, err := startRegistry(ctx, filepath.Join(l.dir, "registry"), l.gitlab)
	if registry != nil {
		l.atEnd(registry.stop)
	}
	if err != nil {
		return err
	}
	l.registry, l.image = host, host+"/"+project+":1"
	l.engine, err = startEngine(ctx, filepath.Join(l.dir, "engine"))
	if l.engine != nil && l.engine.process != nil {
		l.atEnd(l.engine.stop)
	}
	if err != nil {
		return err
	}
	return l.seed(ctx)
}

func (l *laboratory) atEnd(stop func() error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stops = append(l.stops, stop)
}

// stop ends what was started, the last first. It may be called again.
func (l *laboratory) stop() error {
	l.mu.Lock()
	stops := l.stops
	l.stops = nil
	l.mu.Unlock()
	slices.Reverse(stops)
	var errs []error
	for _, stop := range stops {
		errs = append(errs, stop())
	}
	return errors.Join(errs...)
}

// newDir returns a new directory in dir, which stays until sweep has seen it.
func newDir(t *testing.T, dir string) string {
	t.Helper()
	dir = filepath.Join(dir, strconv.FormatInt(lab.dirs.Add(1), 10))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}
