package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// What was left comes with its reason, and with a command that forces only what a person would want forced.
func TestExplain(t *testing.T) {
	const again = "docker-credential-gitlabjob doctor --fix --yes registry.example.com"
	host, err := credentials.ParseHost("registry.example.com")
	if err != nil {
		t.Fatal(err)
	}
	read, closed := filepath.Join(t.TempDir(), "config.json"), filepath.Join(t.TempDir(), "config.json")
	if err := os.Chmod(filepath.Dir(closed), 0o500); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		why  error
		want string
	}{
		{&credentials.OtherKeptError{Host: host}, strings.Replace(again, "--fix", "--fix --force", 1)},
		{&credentials.UnreachableError{Host: host, Err: errors.New("no route")}, again},
		{credentials.ErrTooMany, again},
		{credentials.ErrReserved, again},
		{errUnruled, again},
		{&credentials.NotGitLabError{}, "${EDITOR:-vi} /x/config.json"},
		{&takenError{host: host}, "${EDITOR:-vi} /x/config.json"},
		{errGivenToJobs, "${EDITOR:-vi} /x/config.json"},
		{
			&credentials.BadLoginError{}, "docker-credential-gitlabjob login registry.example.com && " +
				strings.Replace(again, "--fix", "--fix --force", 1),
		},
		{credentials.ErrClocks, "timedatectl set-ntp true && date -u && " + again},
		{errNotAsked, "docker-credential-gitlabjob configure registry.example.com && " + again},
		{errNotOnPath, "install && " + again},
		{errSnap, "/snap/bin/docker logout registry.example.com"},
		{errInJob, "env -u CI_JOB_TOKEN " + again},
		{keyring.ErrNone, "env -u GITLABJOB_KEYRING " + again},
		{
			errOldRunner, "docker-credential-gitlabjob configure --runner --systemd --runner-version 18.2 " +
				"registry.example.com && systemctl daemon-reload && systemctl restart gitlab-runner && " + again,
		},
		{
			&editfile.Error{Path: closed, Err: fs.ErrPermission},
			"chmod u+w " + filepath.Dir(closed) + " && " + again,
		},
		{
			&editfile.Error{Path: read, Err: syscall.EROFS},
			`mount -o remount,rw "$(findmnt -n -o TARGET -T ` + filepath.Dir(read) + `)" && ` + again,
		},
		{&editfile.Error{Path: read, Err: editfile.ErrMounted}, again},
	} {
		d := &doctoring{left: []left{{path: "/other", err: errors.New("not this")}, {"/x/config.json", "key", host, c.why}}}
		d.w.getenv = func(string) string { return "none" }
		found := []doctor.Finding{
			{Path: "/x/config.json", Key: "key", Host: host, Message: "found", Fix: again, Safe: true},
			{ID: doctor.IDHelperMissing, Fix: "install"},
		}
		d.explain(found)
		if got := found[0]; got.Fix != c.want || got.Safe || !strings.HasPrefix(got.Message, "found; it stays: "+c.why.Error()) {
			t.Errorf("%v: %+v; want %s", c.why, got, c.want)
		}
	}
}

// A vault that somebody has chosen is seen to. Another one is offered only where that one cannot be on this machine:
// what was meant for pass does not go into a keyring that is gone at the next start.
func TestExplainVault(t *testing.T) {
	const again = "docker-credential-gitlabjob doctor --fix --yes registry.example.com"
	host, err := credentials.ParseHost("registry.example.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		chosen, vault string
		err           error
		want          string
	}{
		{"helper:pass", "helper:pass", keyring.ErrLocked, "export GPG_TTY=$(tty); pass show ENTRY >/dev/null && "},
		{"helper:pass", "helper:pass", keyring.ErrHung, "docker-credential-gitlabjob status && "},
		{"helper:x", "helper:x", &keyring.HelperError{Program: "docker-credential-x"}, "docker-credential-x list && "},
		{"helper:pass", "helper:pass", keyring.ErrNoHelper, "unset GITLABJOB_KEYRING && "},
		{"os", "helper:pass", keyring.ErrNoHelper, "docker-credential-gitlabjob status && "}, // where the old one is kept
		{"os", "os", keyring.ErrNoCollection, "gnome-keyring-daemon --unlock && "},
		{"", "os", keyring.ErrNoCollection, "gnome-keyring-daemon --unlock && "},
		{"kernel", "kernel", keyring.ErrBlocked, "unset GITLABJOB_KEYRING && "},
		{"kernel", "kernel", keyring.ErrQuota, "docker-credential-gitlabjob status && "},
	} {
		why := &keyring.VaultError{Vault: c.vault, Err: c.err}
		d := &doctoring{left: []left{{"/x/config.json", "key", host, why}}}
		d.w.getenv, d.w.root = func(string) string { return c.chosen }, fstest.MapFS{}
		found := []doctor.Finding{{Path: "/x/config.json", Key: "key", Host: host, Message: "found", Fix: again, Safe: true}}
		d.explain(found)
		if got := found[0]; got.Fix != c.want+again {
			t.Errorf("%s, of %s, %v: %s; want %s", c.chosen, c.vault, c.err, got.Fix, c.want+again)
		}
	}
}

// What is found anew, and what was left for no reason that is known, is mended by the same command.
func TestExplainNothing(t *testing.T) {
	found := []doctor.Finding{{Path: "/x/config.json", Fix: "again", Safe: true}}
	d := &doctoring{left: []left{{path: "/other", err: errors.New("not this")}}}
	d.explain(found)
	if !found[0].Safe || found[0].Fix != "again" || found[0].Message != "" {
		t.Errorf("%+v", found[0])
	}
}

// That one file is another user's is nothing to the next.
func TestRulingsOfAFile(t *testing.T) {
	var host credentials.Host
	all := newRulings(&credentials.Adopter{Bounded: true})
	theirs := all.in(func(credentials.Host) error { return errTheirs })
	if a := theirs.adopter(host); !errors.Is(a.Elsewhere, errTheirs) || !a.Bounded {
		t.Errorf("%+v", a)
	}
	if a := all.adopter(host); a.Elsewhere != nil {
		t.Error(a.Elsewhere)
	}
	if theirs.adopter(host) != all.in(theirs.elsewhere).adopter(host) {
		t.Error("what is asked for one file is not known for the next")
	}
}
