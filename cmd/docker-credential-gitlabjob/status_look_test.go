package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// statusKeeper keeps tokens in vaults that answer with an error, or hang.
type statusKeeper struct {
	credentials.Keeper

	kept  []credentials.Kept
	fails map[string]error // by vault; errHangs

	mu       sync.Mutex
	now      map[string]int // how many are being revealed, by vault
	most     int
	amended  []credentials.Kept
	revealed int
}

var errHangs = errors.New("hangs")

func (k *statusKeeper) All(context.Context) ([]credentials.Kept, error) { return k.kept, nil }

func (k *statusKeeper) Find(_ context.Context, h credentials.Host) (credentials.Kept, error) {
	at := slices.IndexFunc(k.kept, func(e credentials.Kept) bool { return e.Host == h })
	if at < 0 {
		at = slices.IndexFunc(k.kept, func(e credentials.Kept) bool { return slices.Contains(e.Life.Aliases, h) })
	}
	if at < 0 {
		return credentials.Kept{}, credentials.ErrNotKept
	}
	return k.kept[at], nil
}

func (k *statusKeeper) Amend(_ context.Context, newer []credentials.Kept) error {
	k.amended = newer
	return nil
}

func (k *statusKeeper) Reveal(ctx context.Context, e credentials.Kept) (credentials.Token, error) {
	k.mu.Lock()
	k.revealed++
	k.now[e.Vault]++
	k.most = max(k.most, k.now[e.Vault])
	k.mu.Unlock()
	defer func() {
		k.mu.Lock()
		k.now[e.Vault]--
		k.mu.Unlock()
	}()
	err := k.fails[e.Vault]
	if errors.Is(err, errHangs) {
		<-ctx.Done()
		return credentials.Token{}, &keyring.VaultError{Vault: e.Vault, Err: keyring.ErrHung}
	}
	return credentials.Token{Life: e.Life, ID: e.ID, Secret: credentials.NewSecret(e.ID)}, err
}

// statusOf is a run over what is kept in vaults that fail so.
func statusOf(t *testing.T, o statusOptions, vaults map[string]error, each int) (*status, *statusKeeper) {
	t.Helper()
	keeper := &statusKeeper{fails: vaults, now: map[string]int{}}
	for _, vault := range slices.Sorted(maps.Keys(vaults)) {
		for i := range each {
			e := laptopRow(t).Kept
			e.Host, e.Vault, e.ID = hostOf(t, vault+string(rune('a'+i))+".example.com"), vault, vault+string(rune('a'+i))
			e.Life.Aliases = nil
			keeper.kept = append(keeper.kept, e)
		}
	}
	w := world{getenv: func(string) string { return "" }, now: func() time.Time { return statusNow }}
	return &status{
		voice: voice{w: w}, o: o, noted: map[string]bool{}, helper: &credentials.Helper{Keeper: keeper, Now: w.now},
	}, keeper
}

// Vaults that hang cost three seconds in all, however many tokens are in them, and take nothing from another vault. What
// was to be asked about, and was not, is an error.
func TestStatusOfVaultsThatHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, keeper := statusOf(t, statusOptions{check: true}, map[string]error{"h1": errHangs, "h2": errHangs, "os": nil}, 20)
		s.helper.Inspector = statusGitLab{}
		before := time.Now()
		rows, err := s.survey(t.Context(), keeper.kept)
		if took := time.Since(before); took != keyring.Deadline || err != nil {
			t.Errorf("it took %v: %v", took, err)
		}
		for _, r := range rows {
			if want := map[bool]string{true: "", false: problemVault}[r.Vault == "os"]; r.problem != want || (r.wrong != nil) != (want != "") {
				t.Errorf("%s: %q, %v", r.Host, r.problem, r.wrong)
			}
			if r.state != credentials.StateValid {
				t.Errorf("%s: a vault that hangs is taken for a token that is %s", r.Host, r.state)
			}
		}
		if len(s.notes) != 0 || len(rows) != 60 {
			t.Errorf("%d rows, notes %q", len(rows), s.notes)
		}
		if keeper.most != mostAtOnce || len(keeper.amended) != 20 {
			t.Errorf("%d at once; written down: %d", keeper.most, len(keeper.amended))
		}
		if want := 2*mostAtOnce + 3*20; keeper.revealed != want { // looked for, asked about, looked for again
			t.Errorf("vaults were asked %d times and not %d", keeper.revealed, want)
		}
	})
}

// statusGitLab takes every token.
type statusGitLab struct{}

func (statusGitLab) Inspect(_ context.Context, q credentials.Question) (credentials.Finding, error) {
	return credentials.Finding{Life: credentials.Life{
		Expiry: credentials.ExpiryKnown, ExpiresAt: statusNow.AddDate(0, 0, 90), VerifiedAt: statusNow, GitLab: q.GitLab,
	}}, nil
}

// Only those aliases are shown that this token answers for.
func TestStatusAliases(t *testing.T) {
	s, keeper := statusOf(t, statusOptions{}, map[string]error{"os": nil}, 3)
	proxy := hostOf(t, "gitlab.com")
	keeper.kept[2].ID, keeper.kept[1].Life.GitLab = keeper.kept[0].ID, "https://gitlab.example.com"
	for i := range 2 {
		keeper.kept[i].Life.Aliases = []credentials.Host{proxy, keeper.kept[2].Host} // the last has a row of its own
	}
	rows, _ := s.survey(t.Context(), keeper.kept)
	for i, want := range [][]credentials.Host{{proxy}, {}, {}} {
		if got := rows[i].Life.Aliases; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", rows[i].Host, got, want)
		}
	}
	if got := keeper.kept[0].Life.Aliases; len(got) != 2 {
		t.Errorf("what is kept was altered: %v", got)
	}
}

func TestStatusJudges(t *testing.T) {
	h := hostOf(t, "registry.gitlab.com")
	expired := laptopRow(t).Kept
	expired.Life.ExpiresAt = statusNow.AddDate(0, 0, -3)
	for name, c := range map[string]struct {
		kept                 credentials.Kept
		err                  error
		state                credentials.State
		text, problem, wrong string
		note                 string
	}{
		"good":    {kept: laptopRow(t).Kept, state: "valid"},
		"expired": {kept: expired, state: "expired", wrong: `the token for registry.gitlab.com ("laptop") has expired`},
		"lost": {
			kept: laptopRow(t).Kept, err: &keyring.LostError{Host: h, Vault: "kernel"},
			state: "unverified", text: "lost", problem: "lost", wrong: "has lost it",
		},
		"lost and expired, as the kernel does it": {
			kept: expired, err: &keyring.LostError{Host: h, Vault: "kernel"},
			state: "expired", problem: "lost", wrong: "has expired",
		},
		"interrupted": {
			kept: expired, err: &credentials.InterruptedError{Host: h, Since: statusNow},
			state: "unverified", text: "rotation was interrupted, log in again", problem: "rotation interrupted", wrong: "interrupted",
		},
		"blocked": {
			kept: laptopRow(t).Kept, err: &credentials.RefusedError{Host: h, Why: credentials.RefusedBlocked},
			state: "unverified", text: "refused: its user is blocked", problem: "refused: its user is blocked", wrong: "blocked",
		},
		"locked": {
			kept: laptopRow(t).Kept, err: &keyring.VaultError{Vault: "os", Err: keyring.ErrLocked},
			state: "valid", problem: "vault unreadable", note: `vault "os": the keyring is locked; whether`,
		},
		"locked and expired": {
			kept: expired, err: &keyring.VaultError{Vault: "os", Err: keyring.ErrLocked},
			state: "expired", problem: "vault unreadable", wrong: "has expired", note: "locked",
		},
		"unreachable": {
			kept: laptopRow(t).Kept, err: &credentials.UnreachableError{Host: h, Err: errHangs},
			state: "valid", note: "GitLab could not be asked about the token for registry.gitlab.com: hangs",
		},
		"busy": {kept: laptopRow(t).Kept, err: &keyring.CatalogError{Err: keyring.ErrBusy}, state: "valid", note: "busy"},
		"another": {
			kept: laptopRow(t).Kept, err: &credentials.NotGitLabError{Host: h, Found: "a\nteapot"},
			state: "unverified", text: "unclear", problem: "registry.gitlab.com is not a GitLab registry: a teapot", wrong: "a\nteapot",
		},
	} {
		s, _ := statusOf(t, statusOptions{}, nil, 0)
		r := s.judge(c.kept, c.err)
		wrong := ""
		if r.wrong != nil {
			wrong = r.wrong.Error()
		}
		if r.state != c.state || r.text != c.text || r.problem != c.problem || (c.wrong == "") != (wrong == "") ||
			!strings.Contains(wrong, c.wrong) {
			t.Errorf("%s: %q %q %q %q", name, r.state, r.text, r.problem, wrong)
		}
		if notes := strings.Join(s.notes, "\n"); (c.note == "") != (notes == "") || !strings.Contains(notes, c.note) {
			t.Errorf("%s: notes %q", name, notes)
		}
	}
}
