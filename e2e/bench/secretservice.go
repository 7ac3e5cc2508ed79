package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

const (
	token = "glpat-bench-5Jd0pNfLqA"
	peer  = "docker-credential-secretservice"

	serviceDeadline = 10 * time.Second
)

// keptToken measures "get" of a token in the Secret Service against docker-credential-secretservice on the same one.
func (b *benchmark) keptToken(ctx context.Context) (row, error) {
	if err := havePrograms(); err != nil {
		return row{}, err
	}
	home, err := kit.NewHome(filepath.Join(b.temp, "desktop"), b.bin)
	if err != nil {
		return row{}, err
	}
	world, err := kit.NewWorld()
	if err != nil {
		return row{}, err
	}
	defer func() { _ = world.Close() }()
	world.GitLab.Add(gitlabtest.Token{Secret: token, Username: "alice", Scopes: []string{"read_registry"}})
	ctx, stop := context.WithCancel(ctx)
	end, err := startSecretService(ctx, home)
	defer end()
	defer stop()
	if err != nil {
		return row{}, err
	}
	message := func(url string) string {
		return fmt.Sprintf(`{"ServerURL":%q,"Username":"alice","Secret":%q}`, url, token)
	}
	if err := untilStored(ctx, home, kit.Program, message(world.Registry)); err != nil {
		return row{}, err
	}
	// It keeps its entry under another address, so that each program has its own.
	if err := untilStored(ctx, home, peer, message("https://"+registry)); err != nil {
		return row{}, err
	}
	ours, err := b.get(home, kit.Program, world.Registry)
	if err != nil {
		return row{}, err
	}
	theirs, err := b.get(home, peer, "https://"+registry)
	if err != nil {
		return row{}, err
	}
	if err := errors.Join(ours.answers(ctx, token), theirs.answers(ctx, token)); err != nil {
		return row{}, err
	}
	took, tookTheirs, err := b.compare(ctx, ours, theirs)
	if err != nil {
		return row{}, err
	}
	return row{
		what: "get, kept token", measured: ms(took), against: peer + " " + ms(tookTheirs),
		value: float64(took) / float64(tookTheirs), most: mostOfSecretService, format: "%.2fx",
	}, nil
}

// havePrograms names the Debian packages that are missing.
func havePrograms() error {
	var missing []string
	for _, need := range []struct{ program, pkg string }{
		{"dbus-daemon", "dbus-daemon"}, {"gnome-keyring-daemon", "gnome-keyring"},
		{peer, "golang-docker-credential-helpers"},
	} {
		if _, err := exec.LookPath(need.program); err != nil {
			missing = append(missing, need.pkg)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("get of a kept token was not measured; missing Debian packages: %s", strings.Join(missing, " "))
	}
	return nil
}

// startSecretService starts a bus and a keyring daemon of the home's own, unlocked. They end with ctx, and end waits
// until they have.
func startSecretService(ctx context.Context, home *kit.Home) (end func(), err error) {
	var started []*exec.Cmd
	end = func() {
		for _, cmd := range started {
			_ = cmd.Wait() // killed by ctx, which is its error
		}
	}
	runtimeDir := filepath.Join(home.Dir, "run")
	if err := os.MkdirAll(runtimeDir, 0o700); err != nil {
		return end, err
	}
	home.Set("XDG_RUNTIME_DIR", runtimeDir)
	home.Set("GITLABJOB_KEYRING", "os")
	bus := home.Command(ctx, "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1",
		"--address=unix:dir="+runtimeDir)
	address, err := bus.StdoutPipe()
	if err != nil {
		return end, err
	}
	if err := bus.Start(); err != nil {
		return end, err
	}
	started = append(started, bus)
	line, err := bufio.NewReader(address).ReadString('\n')
	if err != nil {
		return end, fmt.Errorf("dbus-daemon has printed no address: %w", err)
	}
	home.Set("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(line))
	daemon := home.Command(ctx, "gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets")
	daemon.Stdin = strings.NewReader("a password")
	if err := daemon.Start(); err != nil {
		return end, err
	}
	started = append(started, daemon)
	return end, nil
}

// untilStored stores a credential, again and again until the Secret Service is there.
func untilStored(ctx context.Context, home *kit.Home, name, message string) error {
	ctx, cancel := context.WithTimeout(ctx, serviceDeadline)
	defer cancel()
	for {
		got, err := home.Run(ctx, message, name, "store")
		if err != nil {
			return err
		}
		if got.Code == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s store: %s%s", name, got.Stdout, got.Stderr)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
