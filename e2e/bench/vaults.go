package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// vaults are those that can be had on Linux, and the programs that they need besides.
var vaults = []struct {
	name  string
	needs []string
}{
	{"os", []string{"dbus-daemon", "gnome-keyring-daemon"}},
	{"kernel", nil},
	{"helper:secretservice", []string{"dbus-daemon", "gnome-keyring-daemon", peer}},
	{"helper:pass", []string{"gpg", "pass", "docker-credential-pass"}},
}

// vault measures "get" of a token in the i-th vault against a program that does nothing. It has no target: the vault is
// not ours.
func (b *benchmark) vault(i int) func(context.Context) (row, error) {
	return func(ctx context.Context) (row, error) {
		v := vaults[i]
		for _, name := range v.needs {
			if _, err := exec.LookPath(name); err != nil {
				return row{}, fmt.Errorf("get from the vault %s was not measured: %w", v.name, err)
			}
		}
		home, err := kit.NewHome(filepath.Join(b.temp, fmt.Sprint("vault", i)), b.bin)
		if err != nil {
			return row{}, err
		}
		ctx, stop := context.WithCancel(ctx)
		end, err := prepareVault(ctx, home, v.needs)
		defer end()
		defer stop()
		if err != nil {
			return row{}, err
		}
		home.Set("GITLABJOB_KEYRING", v.name)
		return b.getFrom(ctx, home, v.name)
	}
}

// getFrom keeps a token in the vault that home has chosen, and measures how long it takes to get it.
func (b *benchmark) getFrom(ctx context.Context, home *kit.Home, vault string) (row, error) {
	world, err := kit.NewWorld()
	if err != nil {
		return row{}, err
	}
	defer func() { _ = world.Close() }()
	expires := time.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	world.GitLab.Add(gitlabtest.Token{
		Secret: token, Username: "alice", Scopes: []string{"read_registry"}, ExpiresAt: expires,
	})
	message := fmt.Sprintf(`{"ServerURL":%q,"Username":"alice","Secret":%q}`, world.Registry, token)
	if err := untilStored(ctx, home, kit.Program, message); err != nil {
		return row{}, err
	}
	defer func() { _, _ = home.Run(ctx, world.Registry, kit.Program, "erase") }()
	r, err := b.getAgainstEmpty(ctx, home, world.Registry, token)
	r.what = "get, vault " + vault
	return r, err
}

// prepareVault starts what the vault needs. end waits for its end, which is that of ctx.
func prepareVault(ctx context.Context, home *kit.Home, needs []string) (end func(), err error) {
	switch {
	case len(needs) == 0:
		return func() {}, nil
	case needs[0] == "dbus-daemon":
		return startSecretService(ctx, home)
	}
	gnupg := filepath.Join(home.Dir, "gnupg")
	home.Set("GNUPGHOME", gnupg)
	home.Set("PASSWORD_STORE_DIR", filepath.Join(home.Dir, "store"))
	end = func() { _, _ = home.Run(context.Background(), "", "gpgconf", "--kill", "gpg-agent") }
	if err := os.MkdirAll(gnupg, 0o700); err != nil {
		return end, err
	}
	for _, words := range [][]string{
		{"gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-generate-key",
			"bench@example.com", "default", "default", "never"},
		{"pass", "init", "bench@example.com"},
	} {
		got, err := home.Run(ctx, "", words[0], words[1:]...)
		if err != nil {
			return end, err
		}
		if got.Code != 0 {
			return end, fmt.Errorf("%s: %s%s", words[0], got.Stdout, got.Stderr)
		}
	}
	return end, nil
}
