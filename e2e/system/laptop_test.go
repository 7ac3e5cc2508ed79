package system

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// day returns the date that lies so many days from now, as GitLab writes it.
func day(fromNow int) string { return time.Now().UTC().AddDate(0, 0, fromNow).Format(time.DateOnly) }

// goodToken is a personal access token that is good for the registry.
func goodToken() gitlabtest.Token {
	return gitlabtest.Token{
		Secret: lab.secret("glpat-"), Username: "me", Name: "laptop", ExpiresAt: day(90),
		Scopes: []string{"read_registry", "write_registry"},
	}
}

func TestLaptop(t *testing.T) {
	desktop := newSession(t)
	me := newAccount(t)
	me.join(desktop)
	token := lab.token(goodToken())

	t.Run("before docker login", func(t *testing.T) {
		clients[0].fetch(t, me, lab.image).fails(t)
		me.keepsNothing(t, desktop)
	})
	t.Run("docker login keeps the token in the keyring", func(t *testing.T) {
		me.login(t, "me", token).succeeds(t)
		if got := me.config(t); got != loggedInConfig() {
			t.Errorf("config.json: %s", got)
		}
		me.keeps(t, desktop, token, "known")
	})
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) { c.fetch(t, me, lab.image).succeeds(t) })
	}
	t.Run("docker login without a password uses what is kept", func(t *testing.T) {
		me.run(t, "", lab.docker, "login", lab.registry).succeeds(t)
		me.keeps(t, desktop, token, "known")
	})
	t.Run("docker logout forgets it", func(t *testing.T) {
		me.logout(t)
		if got := me.config(t); got != helperConfig() {
			t.Errorf("config.json: %s", got)
		}
		if c := me.catalog(t); len(c.Tokens) > 0 {
			t.Errorf("the catalogue has %v", c)
		}
		if unlocked, locked := desktop.items(t); len(unlocked)+len(locked) > 0 {
			t.Errorf("the keyring has %v and %v", unlocked, locked)
		}
	})
	for _, c := range clients {
		t.Run(c.name+" after docker logout", func(t *testing.T) { c.fetch(t, me, lab.image).fails(t) })
	}
}

func TestDeployTokenIsKeptWithUnknownExpiry(t *testing.T) {
	desktop := newSession(t)
	me := newAccount(t)
	me.join(desktop)
	token := lab.token(gitlabtest.Token{
		Secret: lab.secret("gldt-"), Kind: gitlabtest.DeployToken, Username: "gitlab+deploy-token-1",
		Projects: []string{project},
	})
	me.login(t, "gitlab+deploy-token-1", token).succeeds(t)
	me.keeps(t, desktop, token, "unknown")
	clients[0].fetch(t, me, lab.image).succeeds(t)
}

// keeps fails the test unless the token is kept in the session's keyring, and there alone.
func (a *account) keeps(t *testing.T, s *session, token, expiry string) {
	t.Helper()
	kept := s.secrets(t)
	if len(kept) != 1 || !strings.Contains(kept[0], token) {
		t.Errorf("the keyring has %d items, or not the token", len(kept))
	}
	e := a.catalog(t).Tokens[lab.registry]
	if e.Vault != "os" || e.Life["expiry"] != expiry {
		t.Errorf("the catalogue has %v", e)
	}
	info, err := os.Stat(a.CatalogPath())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the catalogue's mode: %v, %v", info.Mode(), err)
	}
	a.serves(t, token)
}

// serves fails the test unless `get` answers with the token.
func (a *account) serves(t *testing.T, token string) {
	t.Helper()
	var answer struct{ ServerURL, Username, Secret string }
	o := a.helper(t, "get", lab.registry).succeeds(t)
	if err := json.Unmarshal([]byte(o.stdout), &answer); err != nil || answer.Secret != token || o.stderr != "" {
		t.Errorf("get answers %v, %v", o, err)
	}
}
