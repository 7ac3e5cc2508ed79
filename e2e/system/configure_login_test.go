package system

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// Fifty runs at once on one file, while Docker itself logs in and writes it: nobody sees a broken file, and nothing of
// what Docker wrote is lost. (Docker does lose what others have written between its start and its end.)
func TestConfigureBesideDockerLogin(t *testing.T) {
	me := newAccount(t)
	const others, login = "registry.example.com", "nobody's business here"
	me.configure(t, dockerConfig(map[string]string{others: basic("me", login)}))
	lab.plant(me.ConfigPath())
	token := lab.token(goodToken())
	const runs, logins = 50, 10
	hosts := make([]string, runs)
	for i := range hosts {
		hosts[i] = fmt.Sprintf("gitlab-%02d.example.com:5050", i)
	}
	_, port, _ := strings.Cut(lab.registry, ":")
	spellings := []string{lab.registry, "localhost:" + port}

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var beside crowd
	looks := 0
	beside.Go(func() error {
		for ; ctx.Err() == nil; looks++ {
			if _, err := me.authsNow(); err != nil {
				return fmt.Errorf("after %d looks: %w", looks, err)
			}
			time.Sleep(100 * time.Microsecond)
		}
		return nil
	})
	beside.Go(func() error { return me.throng(ctx, hosts) })
	want := make(map[string]string)
	for n := range logins {
		registry, username := spellings[n%len(spellings)], fmt.Sprintf("login-%d", n)
		me.run(t, token, lab.docker, "login", "--username", username, "--password-stdin", registry).succeeds(t)
		want[registry] = username
		me.hasLogins(t, want)
	}
	stop()
	if err := beside.Wait(); err != nil {
		t.Error(err)
	}
	if looks < logins {
		t.Errorf("the file was looked at %d times only", looks)
	}

	me.hasLogins(t, want)
	me.runConfigure(t, hosts...).succeeds(t)
	plaintext := map[string]string{others: basic("me", login)}
	for registry, username := range want {
		plaintext[registry] = basic(username, token)
	}
	me.configIs(t, dockerConfig(plaintext, hosts...))
}

// throng runs `configure` for all hosts at once, then `configure --remove`, so that each run has something to write, and
// so on until ctx ends.
func (a *account) throng(ctx context.Context, hosts []string) error {
	for i := 0; ctx.Err() == nil; i++ {
		args := []string{"configure", ""}
		if i%2 == 1 {
			args = []string{"configure", "--remove", ""}
		}
		var all crowd
		for _, host := range hosts {
			all.Go(func() error {
				o, err := a.attempt(context.WithoutCancel(ctx), "", kit.Program, append(args[:len(args)-1:len(args)-1], host)...)
				if err == nil && o.code != 0 {
					err = errors.New(o.String())
				}
				return err
			})
		}
		if err := all.Wait(); err != nil {
			return err
		}
	}
	return nil
}

// hasLogins fails the test unless Docker's config file has the usernames for their registries, or soon will: where a run
// has to take back what it wrote, that takes a moment.
func (a *account) hasLogins(t *testing.T, want map[string]string) {
	t.Helper()
	const soon = time.Second
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	var got map[string]string
	err := poll(ctx, func() (all bool, err error) {
		got, err = a.authsNow()
		all = true
		for registry, username := range want {
			all = all && got[registry] == username
		}
		return all, err
	})
	if err != nil {
		t.Fatalf("%v: there are %v, and not %v", err, got, want)
	}
}

// authsNow returns the username of each registry in Docker's config file as it is now.
func (a *account) authsNow() (map[string]string, error) {
	data, err := os.ReadFile(a.ConfigPath())
	if err != nil {
		return nil, err
	}
	var config struct {
		Auths map[string]struct{ Auth string }
	}
	if err := json.Unmarshal(data, &config); err != nil {
		return nil, fmt.Errorf("the file is not whole: %w: %d bytes", err, len(data))
	}
	usernames := make(map[string]string)
	for registry, entry := range config.Auths {
		text, err := base64.StdEncoding.DecodeString(entry.Auth)
		if err != nil {
			return nil, err
		}
		usernames[registry], _, _ = strings.Cut(string(text), ":")
	}
	return usernames, nil
}

// crowd runs functions at once.
type crowd struct {
	running sync.WaitGroup
	mu      sync.Mutex
	errs    []error
}

func (c *crowd) Go(f func() error) {
	c.running.Go(func() {
		err := f()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.errs = append(c.errs, err)
	})
}

func (c *crowd) Wait() error {
	c.running.Wait()
	return errors.Join(c.errs...)
}
