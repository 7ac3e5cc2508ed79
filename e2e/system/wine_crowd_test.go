package system

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// A dozen logins at once, each to a registry of its own, and then as many runs of `configure`: none is lost.
func TestWindowsKeepsManyAtOnce(t *testing.T) {
	me := newWindows(t)
	hosts := newRegistries(t, 12)
	tokens := make(map[string]string)
	for _, host := range hosts {
		tokens[host] = lab.token(goodToken())
	}
	me.atOnce(t, hosts, func(host string) error {
		return me.attempt(t.Context(), login(host, tokens[host]), []string{"store"})
	})
	me.lists(t, hosts...)
	if records := me.records(t); len(records) != len(hosts) {
		t.Errorf("the credential manager has %d records", len(records))
	}
	me.atOnce(t, hosts, func(host string) error {
		return me.attempt(t.Context(), host, []string{"get"}, tokens[host])
	})
	me.atOnce(t, hosts, func(host string) error {
		return me.attempt(t.Context(), "", []string{"configure", host})
	})
	slices.Sort(hosts)
	me.account.configIs(t, dockerConfig(nil, hosts...))
}

// Windows does not replace a file that somebody has open. While others read the catalogue all the time it is replaced
// again and again, and neither side sees anything of that.
func TestWindowsReadsWhileTheCatalogueIsReplaced(t *testing.T) {
	const readers, writes = 4, 8
	me := newWindows(t)
	hosts := newRegistries(t, 2)
	kept, other := lab.token(goodToken()), lab.token(goodToken())
	me.store(t, hosts[0], kept).succeeds(t)

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var beside crowd
	for i := range readers {
		beside.Go(func() error {
			for ; ctx.Err() == nil; i++ {
				var err error
				if i%2 == 0 {
					err = me.attempt(t.Context(), hosts[0], []string{"get"}, kept)
				} else {
					err = me.attempt(t.Context(), "unused", []string{"list"}, hosts[0])
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	for range writes {
		me.store(t, hosts[1], other).succeeds(t)
		me.run(t, hosts[1], "erase").succeeds(t)
	}
	stop()
	if err := beside.Wait(); err != nil {
		t.Error(err)
	}
}

// newRegistries starts registries of the stand-in's, and returns their hosts.
func newRegistries(t *testing.T, n int) (hosts []string) {
	t.Helper()
	realm := func() string { return lab.gitlab.URL + "/jwt/auth" }
	for range n {
		server := httptest.NewServer(lab.gitlab.Protect("container_registry", realm, http.NotFoundHandler()))
		t.Cleanup(server.Close)
		hosts = append(hosts, strings.TrimPrefix(server.URL, "http://"))
	}
	return hosts
}

// atOnce calls do for all hosts at once.
func (w *windows) atOnce(t *testing.T, hosts []string, do func(host string) error) {
	t.Helper()
	var all crowd
	for _, host := range hosts {
		all.Go(func() error { return do(host) })
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
}

// attempt is run for any goroutine. It fails unless the helper succeeds, shows all texts and complains of nothing.
func (w *windows) attempt(ctx context.Context, stdin string, args []string, texts ...string) error {
	o, err := w.account.attempt(ctx, stdin, wineLoader, append([]string{lab.wine.program}, args...)...)
	if err != nil {
		return err
	}
	if o.code != 0 || o.stderr != "" {
		return errors.New(o.String())
	}
	for _, text := range texts {
		if !strings.Contains(o.stdout, text) {
			return fmt.Errorf("%q is not shown: %v", text, o)
		}
	}
	return nil
}
