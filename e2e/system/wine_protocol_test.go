package system

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// The protocol as Docker drives it on Windows, before the credential manager's real functions.
func TestWindows(t *testing.T) {
	me := newWindows(t)
	token := lab.token(goodToken())

	t.Run("version", func(t *testing.T) {
		o := me.run(t, "", "version").succeeds(t)
		if !strings.HasPrefix(o.stdout, "docker-credential-gitlabjob ") || o.stderr != "" {
			t.Error(o)
		}
	})
	t.Run("no such verb", func(t *testing.T) {
		if o := me.run(t, "", "got"); o.code != 2 {
			t.Error(o)
		}
	})
	t.Run("nothing is kept", func(t *testing.T) {
		me.hasNothing(t, lab.registry)
		me.lists(t)
	})
	t.Run("store", func(t *testing.T) {
		if o := me.store(t, lab.registry, token).succeeds(t); o.said() != "" {
			t.Error(o)
		}
		me.keeps(t, lab.registry)
		me.serves(t, lab.registry, token)
		me.lists(t, lab.registry)
	})
	t.Run("a line as Windows ends it", func(t *testing.T) {
		me.run(t, lab.registry+"\r\n", "get").succeeds(t).says(t, token)
	})
	t.Run("the same login again asks nobody", func(t *testing.T) {
		seen := watchSignIns()
		me.store(t, lab.registry, token).succeeds(t)
		if seen.carried(token) {
			t.Error("GitLab was asked")
		}
	})
	t.Run("a token that has expired by GitLab's word is refused", func(t *testing.T) {
		me.store(t, lab.registry, lab.token(expiredToken())).fails(t, "expired").explained(t)
		me.serves(t, lab.registry, token)
	})
	t.Run("a kept token expires", func(t *testing.T) {
		me.account.expire(t)
		me.run(t, lab.registry, "get").fails(t, expiredText, "login "+lab.registry).explained(t)
		me.lists(t)
	})
	t.Run("and is renewed", func(t *testing.T) {
		renewed := lab.token(goodToken())
		me.store(t, lab.registry, renewed).succeeds(t)
		me.keeps(t, lab.registry)
		me.serves(t, lab.registry, renewed)
	})
	t.Run("erase", func(t *testing.T) {
		for range 2 { // docker logout erases a host under each of its spellings
			if o := me.run(t, lab.registry, "erase").succeeds(t); o.said() != "" {
				t.Error(o)
			}
		}
		me.hasNothing(t, lab.registry)
		me.lists(t)
		if left := me.records(t); len(left) > 0 {
			t.Errorf("the credential manager has %v", slices.Collect(maps.Keys(left)))
		}
	})
}

// keeps fails the test unless the credential manager has one record for the host and the catalogue one line.
func (w *windows) keeps(t *testing.T, host string) {
	t.Helper()
	if records := w.records(t); len(records) != 1 || len(records[host]) == 0 {
		t.Errorf("the credential manager has %d records, and that for %s has %d bytes", len(records), host, len(records[host]))
	}
	c := w.account.catalog(t)
	if e := c.Tokens[host]; len(c.Tokens) != 1 || e.Vault != "os" || e.Life["expiry"] != "known" {
		t.Errorf("the catalogue has %v", c)
	}
}

// lists fails the test unless `list` names these hosts, and none else.
func (w *windows) lists(t *testing.T, hosts ...string) {
	t.Helper()
	var got map[string]string
	o := w.run(t, "unused", "list").succeeds(t)
	err := json.Unmarshal([]byte(o.stdout), &got)
	if names := slices.Sorted(maps.Keys(got)); err != nil || !slices.Equal(names, slices.Sorted(slices.Values(hosts))) ||
		o.stderr != "" {
		t.Errorf("list answers %v, %v", o, err)
	}
}
