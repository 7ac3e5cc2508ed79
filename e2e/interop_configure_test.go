package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/docker/cli/cli/config"
	dockercredentials "github.com/docker/cli/cli/config/credentials"
	"github.com/docker/cli/cli/config/types"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	orascredentials "oras.land/oras-go/v2/registry/remote/credentials"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

var (
	configureSeed  = flag.Uint64("configure.seed", 0, "seed of the config files that are made up; 0 is a random one")
	configureFiles = flag.Int("configure.files", 2000, "how many config files are made up")
)

// Of so many files one is that Docker cannot load before; and one of so many is shown to go-containerregistry, which
// finds the file by the environment alone.
const (
	mostUnreadable = 10
	ggcrEvery      = 4
)

// TestConfigureMakesEveryClientAsk makes up config files as users, scripts and old Dockers may have left them, edits
// them as configure does, and lets three client libraries resolve the registry: each must get the job's token, whatever
// else is in the file.
func TestConfigureMakesEveryClientAsk(t *testing.T) {
	s := newSite(t)
	s.startJob(t)
	seed := *configureSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	host, err := credentials.ParseHost(s.Registry)
	if err != nil {
		t.Fatal(err)
	}
	c := &configureCheck{site: s, host: host}
	numbers := make(chan uint64)
	var workers sync.WaitGroup
	for range 4 { // most of the time is spent in the helper
		dir := t.TempDir()
		workers.Go(func() {
			for n := range numbers {
				text := madeUp{rand.New(rand.NewPCG(seed, n)), s.Registry}.file()
				if err := c.check(dir, text, n%ggcrEvery == 0); err != nil {
					t.Errorf("-configure.seed=%d, file %d: %v\n%s", seed, n, err, text)
				}
			}
		})
	}
	for n := range uint64(*configureFiles) {
		if numbers <- n; t.Failed() {
			break
		}
	}
	close(numbers)
	workers.Wait()
	t.Logf("-configure.seed=%d: of %d files Docker could not load %d", seed, *configureFiles, c.unreadable)
	if c.unreadable > *configureFiles/mostUnreadable {
		t.Errorf("of %d files Docker could not load %d: that is too many", *configureFiles, c.unreadable)
	}
}

// configureCheck is what the workers share.
type configureCheck struct {
	*site

	host credentials.Host

	mu         sync.Mutex // for unreadable, and for DOCKER_CONFIG
	unreadable int
}

// check edits one file in dir and looks at what clients make of it.
func (c *configureCheck) check(dir, text string, withGGCR bool) error {
	path := filepath.Join(dir, config.ConfigFileName)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	if _, err := config.Load(dir); err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.unreadable++
		return nil
	}
	after, err := c.edit([]byte(text))
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, after, 0o600); err != nil {
		return err
	}
	err = errors.Join(c.docker(dir), c.oras(path))
	if withGGCR && err == nil {
		err = c.ggcr(dir)
	}
	if err != nil {
		return fmt.Errorf("%w, of what it has become:\n%s\nof", err, after)
	}
	return nil
}

// edit is configure on a file whose plaintext is of no use to anybody.
func (c *configureCheck) edit(text []byte) ([]byte, error) {
	for again := range 2 {
		f, err := dockerconfig.Parse(text)
		if err != nil {
			return nil, err
		}
		out := configure.Apply(f, configure.Wish{Host: c.host}, func(dockerconfig.Entry) credentials.Ruling {
			return credentials.Ruling{Fate: credentials.Goes}
		})
		if len(out.Stays) > 0 || out.Other.Name != "" {
			return nil, fmt.Errorf("the outcome is %+v", out)
		}
		if again > 0 && f.Changed() {
			return nil, fmt.Errorf("the second edit has changed the file to %s", f.Bytes())
		}
		text = f.Bytes()
	}
	return text, nil
}

// answered compares a client's answer with the job's.
func (c *configureCheck) answered(client, username, password string, err error) error {
	if err != nil || username != credentials.JobUsername || password != c.job {
		return fmt.Errorf("%s resolves to %q with %q, %w", client, username, password, err)
	}
	return nil
}

func (c *configureCheck) docker(dir string) error {
	file, err := config.Load(dir)
	if err != nil {
		return err
	}
	for key, auth := range file.AuthConfigs {
		auth.ServerAddress = ""
		if auth != (types.AuthConfig{}) && c.mine(key) {
			return fmt.Errorf("docker/cli still has plaintext for %s", key)
		}
	}
	got, err := file.GetAuthConfig(c.Registry)
	if got.IdentityToken != "" || got.RegistryToken != "" {
		return fmt.Errorf("docker/cli resolves to a token %q%q", got.IdentityToken, got.RegistryToken)
	}
	return c.answered("docker/cli", got.Username, got.Password, err)
}

// mine says by Docker's own rule, and by a coarse one, whether a key is about the registry.
func (c *configureCheck) mine(key string) bool {
	authority := strings.ToLower(dockercredentials.ConvertToHostname(key))
	return authority == c.Registry || strings.HasPrefix(strings.ToLower(key), c.Registry+"/")
}

func (c *configureCheck) oras(path string) error {
	store, err := orascredentials.NewStore(path, orascredentials.StoreOptions{})
	if err != nil {
		return err
	}
	got, err := store.Get(context.Background(), c.Registry)
	return c.answered("oras-go", got.Username, got.Password, err)
}

func (c *configureCheck) ggcr(dir string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := os.Setenv("DOCKER_CONFIG", dir); err != nil { // newSite's t.Setenv puts it back
		return err
	}
	registry, err := name.NewRegistry(c.Registry)
	if err != nil {
		return err
	}
	for _, target := range []authn.Resource{registry, registry.Repo("group", "app")} {
		resolved, err := authn.DefaultKeychain.Resolve(target)
		if err != nil {
			return fmt.Errorf("go-containerregistry, %s: %w", target, err)
		}
		got, err := authn.Authorization(context.Background(), resolved)
		if err != nil {
			return err
		}
		if err := c.answered("go-containerregistry, "+target.String(), got.Username, got.Password, nil); err != nil {
			return err
		}
	}
	return nil
}
