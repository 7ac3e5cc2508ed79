package system

import "testing"

// A token's whole life by the verbs for people: login, status, rotate, logout.
func TestWindowsLife(t *testing.T) {
	me := newWindows(t)
	made := goodToken()
	made.Scopes = append(made.Scopes, "self_rotate")
	token := lab.token(made)

	t.Run("login", func(t *testing.T) {
		me.run(t, token+"\r\n", "login", "--token-stdin", lab.registry).succeeds(t).
			says(t, lab.registry+`: logged in as me, with the token "laptop"`, "vault:   os")
		me.keeps(t, lab.registry)
		me.serves(t, lab.registry, token)
	})
	t.Run("a token that GitLab refuses", func(t *testing.T) {
		o := me.run(t, lab.token(expiredToken()), "login", "--token-stdin", lab.registry)
		if o.code != 1 {
			t.Error(o)
		}
		o.says(t, "it has expired", "make a new token at ")
		me.serves(t, lab.registry, token)
	})
	t.Run("status", func(t *testing.T) {
		me.run(t, "", "status").succeeds(t).says(t, lab.registry, day(90))
		me.run(t, "", "status", "--check").succeeds(t)
	})
	t.Run("rotate", func(t *testing.T) {
		me.run(t, "", "rotate").succeeds(t).says(t, lab.registry+": the token was replaced by a new one")
		secret, has := lab.gitlab.Heir(token)
		if !has {
			t.Fatal("GitLab has no living token in the place of the old one")
		}
		me.serves(t, lab.registry, lab.guard(secret))
		me.keeps(t, lab.registry)
	})
	t.Run("logout", func(t *testing.T) {
		me.run(t, "", "logout").succeeds(t).says(t, `removed the token "laptop" of me from the vault "os"`)
		me.hasNothing(t, lab.registry)
		if left := me.records(t); len(left) > 0 {
			t.Errorf("the credential manager has %d records", len(left))
		}
	})
}
