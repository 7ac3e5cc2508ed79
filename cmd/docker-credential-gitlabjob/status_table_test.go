package main

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

var statusNow = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func hostOf(t *testing.T, spelt string) credentials.Host {
	t.Helper()
	h, err := credentials.ParseHost(spelt)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// laptopRow is a token as most are.
func laptopRow(t *testing.T) statusRow {
	t.Helper()
	return statusRow{state: credentials.StateValid, Kept: credentials.Kept{
		Host: hostOf(t, "registry.gitlab.com"), Username: "alice", Vault: "os", ID: "1",
		Life: credentials.Life{
			Kind: credentials.KindPersonal, Name: "laptop", Scopes: []string{"read_registry", "write_registry", "self_rotate"},
			Expiry: credentials.ExpiryKnown, ExpiresAt: statusNow.Truncate(24*time.Hour).AddDate(0, 0, 44),
			StoredAt: statusNow.AddDate(0, 0, -9), VerifiedAt: statusNow.AddDate(0, 0, -9),
			GitLab: "https://gitlab.com", Aliases: []credentials.Host{hostOf(t, "gitlab.com")},
		},
	}}
}

func deployRow(t *testing.T) statusRow {
	t.Helper()
	return statusRow{state: credentials.StateUnverified, Kept: credentials.Kept{
		Host: hostOf(t, "gitlab.example.com:5050"), Username: "gitlab+deploy-token-1", Vault: "kernel", ID: "2",
		Life: credentials.Life{Kind: credentials.KindDeploy, Expiry: credentials.ExpiryUnknown, StoredAt: statusNow},
	}}
}

func TestStatusTable(t *testing.T) {
	job := statusRow{state: credentials.StateValid, Kept: credentials.Kept{
		Host: hostOf(t, "registry.example.com"), Username: "gitlab-ci-token",
		Life: credentials.Life{Kind: credentials.KindJob, Expiry: credentials.ExpiryKnown, ExpiresAt: statusNow.Add(65 * time.Minute)},
	}}
	interrupted := laptopRow(t)
	interrupted.Life.Scopes, interrupted.text = nil, "rotation was interrupted, log in again"
	const want = `
HOST                     USERNAME               TOKEN           SCOPES          VAULT   EXPIRES                       STATE
gitlab.example.com:5050  gitlab+deploy-token-1  (deploy token)  -               kernel  unknown, check by 2026-03-31  unverified
registry.gitlab.com      alice                  laptop          read_registry   os      2026-04-14, in 43 days        valid
  also: gitlab.com                                              write_registry
                                                                self_rotate
registry.example.com     gitlab-ci-token        (job token)     -               -       2026-03-01 13:05 UTC          valid
registry.gitlab.com      alice                  laptop          -               os      2026-04-14, in 43 days        rotation was interrupted, log in again
  also: gitlab.com
`
	rows := []statusRow{deployRow(t), laptopRow(t), job, interrupted}
	if got := "\n" + statusTable(rows, statusNow, false); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A token as most are has room on a terminal of a hundred columns.
func TestStatusTableIsNarrow(t *testing.T) {
	for line := range strings.Lines(statusTable([]statusRow{laptopRow(t)}, statusNow, false)) {
		if len(line) > 100 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}

// Colours are in the state alone, and move nothing.
func TestStatusTableInColour(t *testing.T) {
	lost := laptopRow(t)
	lost.state, lost.text, lost.wrong = credentials.StateUnverified, "lost", credentials.ErrLost
	rows := []statusRow{laptopRow(t), deployRow(t), lost}
	got := statusTable(rows, statusNow, true)
	for _, want := range []string{"\x1b[32mvalid\x1b[0m\n", "\x1b[33munverified\x1b[0m\n", "\x1b[31mlost\x1b[0m\n"} {
		if strings.Count(got, want) != 1 {
			t.Errorf("%q is not there once:\n%q", want, got)
		}
	}
	for _, code := range []string{"\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"} {
		got = strings.ReplaceAll(got, code, "")
	}
	if plain := statusTable(rows, statusNow, false); got != plain {
		t.Errorf("without the colours it is\n%s\nand not\n%s", got, plain)
	}
}

// What GitLab lets a token be called can neither break the table nor the terminal.
func TestStatusTableOfHostileText(t *testing.T) {
	r := laptopRow(t)
	r.Life.Name = "a\tb\nc\x1b[31md\u202ee" + strings.Repeat("x", 100)
	r.Life.Scopes = []string{"read\x07\xff"}
	r.Username = "ali\vce\f"
	got := statusTable([]statusRow{r}, statusNow, false)
	if strings.Count(got, "\n") != 3 || strings.ContainsAny(got, "\t\x1b\x07\v\f\u202e") || !utf8.ValidString(got) {
		t.Errorf("%q", got)
	}
	if !strings.Contains(got, "a b c [31md e"+strings.Repeat("x", 26)+"…  ") {
		t.Errorf("the name is not cut: %q", got)
	}
}

func TestExpires(t *testing.T) {
	midnight := statusNow.Truncate(24 * time.Hour)
	for name, c := range map[string]struct {
		life credentials.Life
		want string
	}{
		"in days":    {credentials.Life{Expiry: "known", ExpiresAt: midnight.AddDate(0, 0, 8)}, "2026-03-09, in 7 days"},
		"tomorrow":   {credentials.Life{Expiry: "known", ExpiresAt: midnight.AddDate(0, 0, 1)}, "2026-03-02, in less than a day"},
		"by hour":    {credentials.Life{Expiry: "known", ExpiresAt: statusNow.Add(25 * time.Hour)}, "2026-03-02 13:00 UTC, in 1 day"},
		"past":       {credentials.Life{Expiry: "known", ExpiresAt: midnight}, "2026-03-01"},
		"revoked":    {credentials.Life{Expiry: "known", ExpiresAt: midnight.AddDate(0, 0, 9), Verdict: "revoked"}, "2026-03-10"},
		"never":      {credentials.Life{Expiry: "never"}, "never"},
		"stored":     {credentials.Life{Expiry: "unknown", StoredAt: statusNow}, "unknown, check by 2026-03-31"},
		"verified":   {credentials.Life{Expiry: "unknown", StoredAt: midnight, VerifiedAt: midnight.AddDate(0, 0, 1)}, "unknown, check by 2026-04-01"},
		"dead":       {credentials.Life{Expiry: "unknown", StoredAt: statusNow, Verdict: "revoked"}, "unknown"},
		"opaque job": {credentials.Life{Expiry: "unknown", Kind: credentials.KindJob}, "with its job"},
	} {
		if got := expires(statusRow{Kept: credentials.Kept{Life: c.life}}, statusNow); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
