package keyring_test

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// Of fifty processes that serve a token at once, one says that it expires.
func TestFirstToday(t *testing.T) {
	shared, h := newRig(t), host(t, "registry.example.com:5050")
	shared.keep(t, h, "glpat-x")
	for _, day := range []time.Time{now, now.AddDate(0, 0, 1), now.AddDate(0, 0, 1).Add(11 * time.Hour)} {
		var all sync.WaitGroup
		var first atomic.Int32
		for range 50 {
			all.Go(func() {
				k := &keyring.Keyring{Getenv: shared.Getenv}
				if k.FirstToday(h, day) {
					first.Add(1)
				}
			})
		}
		all.Wait()
		want := int32(1)
		if day.Hour() == 23 { // the same day still
			want = 0
		}
		if first.Load() != want {
			t.Errorf("%v: %d were the first; want %d", day, first.Load(), want)
		}
	}
	for _, name := range []string{"registry.example.com", "[::1]:5000", "registry.example.com:505"} {
		if !shared.FirstToday(host(t, name), now) {
			t.Errorf("%s is not told from another host", name)
		}
	}
	if left, err := filepath.Glob(filepath.Join(shared.dir, "announced", "*")); err != nil || len(left) != 4 {
		t.Errorf("%v are left, %v; want one for each host", left, err)
	}
}

// The day is UTC's, as are the dates on which tokens expire.
func TestTheDayIsUTCs(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	r.keep(t, h, "glpat-x")
	east := time.Date(2026, 3, 2, 1, 0, 0, 0, time.FixedZone("", 2*3600)) // still the 1st
	if !r.FirstToday(h, now) || r.FirstToday(h, east) || !r.FirstToday(h, east.Add(time.Hour)) {
		t.Error("it goes by another day than UTC's")
	}
}

// What cannot be remembered is not said: it would be said at every pull.
func TestFirstTodayThatCannotBeRemembered(t *testing.T) {
	h := host(t, "registry.example.com")
	if r := newRig(t); r.FirstToday(h, now) {
		t.Error("there is no directory")
	}
	r := newRig(t)
	r.keep(t, h, "glpat-x")
	if err := os.WriteFile(filepath.Join(r.dir, "announced"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if r.FirstToday(h, now) {
		t.Error("something is in the way")
	}
	r = newRig(t)
	r.env = map[string]string{}
	if r.FirstToday(h, now) {
		t.Error("there is no home")
	}
}
