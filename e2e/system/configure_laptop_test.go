package system

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Outside of a job plaintext that is good moves to the keyring, and what GitLab calls dead goes.
func TestConfigureOnALaptop(t *testing.T) {
	desktop := newSession(t)
	me := newAccount(t)
	me.join(desktop)
	url, group := "https://"+lab.registry, lab.registry+"/group"
	token, expired := lab.token(goodToken()), lab.token(expiredToken())
	me.configure(t, dockerConfig(map[string]string{
		url:                basic("me", token),
		group:              basic("me", expired),
		lab.registry + "/": basic("gitlab-ci-token", lab.secret("glcbt-64_")),
	}))
	me.runConfigure(t, lab.registry).succeeds(t).says(t,
		`moved "`+url+`" to the vault "os" ("laptop"), good until `+day(90),
		`took out "`+group+`": refused by `+lab.gitlab.URL+`: it has expired`,
		`took out "`+lab.registry+`/": a job token, which dies with its job`,
		lab.registry+`: Docker asks this helper now`,
		`changed `+me.ConfigPath(),
	)
	me.configIs(t, helperConfig())
	me.keeps(t, desktop, token, "known")

	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			seen := watchSignIns()
			c.fetch(t, me, lab.image).succeeds(t)
			if !seen.carried(token) || seen.carried(expired) {
				t.Errorf("the good token was used: %t; the expired one: %t", seen.carried(token), seen.carried(expired))
			}
		})
	}
	t.Run("a second time", func(t *testing.T) {
		me.runConfigure(t).succeeds(t) // what is kept by now is good for the dependency proxy as well
		before := me.configInfo(t)
		asked := len(lab.gitlab.Seen())
		for _, hosts := range [][]string{{lab.registry}, {}} { // named, and as the one that a token is kept for
			me.runConfigure(t, hosts...).succeeds(t).saysAlone(t, "nothing to change in "+me.ConfigPath())
		}
		me.runConfigure(t, "--quiet").succeeds(t).saysAlone(t, "")
		if after := me.configInfo(t); !os.SameFile(before, after) || before.ModTime() != after.ModTime() {
			t.Error("the file was written")
		}
		if len(lab.gitlab.Seen()) != asked {
			t.Error("GitLab was asked")
		}
		me.keeps(t, desktop, token, "known")
	})
}

// Where there was nothing but a dead token, nothing is kept, and it is said why the next pull will fail.
func TestConfigureDropsAnExpiredToken(t *testing.T) {
	desktop := newSession(t)
	me := newAccount(t)
	me.join(desktop)
	url := "https://" + lab.registry
	me.configure(t, dockerConfig(map[string]string{url: basic("me", lab.token(expiredToken()))}))
	me.runConfigure(t, lab.registry).succeeds(t).
		says(t, `took out "`+url+`": refused by `+lab.gitlab.URL+`: it has expired`)
	me.configIs(t, helperConfig())
	me.keepsNothing(t, desktop)
	clients[0].fetch(t, me, lab.image).fails(t)
}

// A keyring that takes nothing costs nobody a login: it stays in the file, Docker goes on to use it, and the next run
// moves it.
func TestConfigureBesideALockedKeyring(t *testing.T) {
	desktop := newSession(t)
	me := newAccount(t)
	url, token := "https://"+lab.registry, lab.token(goodToken())
	before := dockerConfig(map[string]string{url: basic("me", token)})
	me.configure(t, before)
	desktop.lock(t)
	me.join(desktop)
	me.runConfigure(t, lab.registry).fails(t, `"`+url+`" stays: `, "the keyring is locked", "--force")
	me.configIs(t, before)
	clients[0].fetch(t, me, lab.image).succeeds(t)
	me.join(newSession(t))
	me.runConfigure(t, lab.registry).succeeds(t).says(t, `moved "`+url+`" to the vault "os"`)
	me.configIs(t, helperConfig())
	me.serves(t, token)
}

// The two commands of the README, on a machine where Docker was never run.
func TestConfigureAndLogIn(t *testing.T) {
	desktop := newSession(t)
	me := newAccount(t)
	me.join(desktop)
	if err := os.RemoveAll(filepath.Dir(me.ConfigPath())); err != nil {
		t.Fatal(err)
	}
	token := lab.token(goodToken())
	me.runConfigure(t, lab.registry).succeeds(t)
	me.configIs(t, helperConfig())
	me.login(t, "me", token).succeeds(t)
	me.keeps(t, desktop, token, "known")
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) { c.fetch(t, me, lab.image).succeeds(t) })
	}
}

func (a *account) configInfo(t *testing.T) os.FileInfo {
	t.Helper()
	info, err := os.Lstat(a.ConfigPath())
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// saysAlone fails the test unless that one line is all that was shown, or nothing where it is empty.
func (o outcome) saysAlone(t *testing.T, line string) {
	t.Helper()
	if strings.TrimSuffix(o.said(), "\n") != line {
		t.Errorf("not just %q is shown: %v", line, o)
	}
}
