package keyring_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

const fakeURL = "registry.example.com:5050"

// otherHelper puts docker-credential-fake on PATH, with a login that Docker has put into it.
func otherHelper(t *testing.T, mode string) *keyring.OtherHelper {
	t.Helper()
	fakeHelper(t, mode)
	o, err := keyring.NewOtherHelper("fake")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func login(t *testing.T, serverURL, secret string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "docker-credential-fake", "store")
	cmd.Stdin = strings.NewReader(`{"ServerURL":"` + serverURL + `","Username":"me","Secret":"` + secret + `"}`)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func TestOtherHelperGet(t *testing.T) {
	o := otherHelper(t, "fine")
	login(t, fakeURL, "glpat-x")
	login(t, "empty.example.com", "")
	for url, want := range map[string]error{
		fakeURL:                nil,
		"registry.example.com": keyring.ErrNoRecord, // it is asked for the very spelling, as Docker asks
		"https://" + fakeURL:   keyring.ErrNoRecord,
		"empty.example.com":    keyring.ErrNoRecord,
	} {
		username, secret, err := o.Get(t.Context(), url)
		if want != nil {
			if err != want || username != "" || !secret.Empty() {
				t.Errorf("Get(%q) = %q, %v; want %v", url, username, err, want)
			}
		} else if err != nil || username != "me" || secret.Reveal() != "glpat-x" {
			t.Errorf("Get(%q) = %q, %q, %v", url, username, secret.Reveal(), err)
		}
	}
}

func TestOtherHelperErase(t *testing.T) {
	o := otherHelper(t, "fine")
	login(t, fakeURL, "glpat-x")
	login(t, "other.example.com", "glpat-y")
	for range 2 { // idempotent, where the helper is
		if err := o.Erase(t.Context(), fakeURL); err != nil {
			t.Fatal(err)
		}
		if _, _, err := o.Get(t.Context(), fakeURL); err != keyring.ErrNoRecord {
			t.Errorf("Get = %v; want ErrNoRecord", err)
		}
	}
	if _, secret, err := o.Get(t.Context(), "other.example.com"); err != nil || secret.Reveal() != "glpat-y" {
		t.Errorf("the other login: %q, %v", secret.Reveal(), err)
	}
}

// A helper that fails is named, and nothing that it has printed is repeated: it may be a secret.
func TestOtherHelperThatFails(t *testing.T) {
	for _, mode := range []string{"fail", "leak", "babble"} {
		o := otherHelper(t, mode)
		_, secret, getErr := o.Get(t.Context(), fakeURL)
		if !secret.Empty() {
			t.Errorf("%s: there is a secret", mode)
		}
		for verb, err := range map[string]error{"Get": getErr, "Erase": o.Erase(t.Context(), fakeURL)} {
			var fault *keyring.VaultError
			if !errors.As(err, &fault) || fault.Vault != "helper:fake" || errors.Is(err, keyring.ErrNoRecord) {
				t.Errorf("%s: %s = %v; want a *VaultError", mode, verb, err)
			} else if strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), "docker-credential-fake") {
				t.Errorf("%s: %s = %v", mode, verb, err)
			}
		}
	}
}

// What is no JSON is no login, and is not repeated either.
func TestOtherHelperThatAnswersSomethingElse(t *testing.T) {
	o := otherHelper(t, "fine")
	path, err := exec.LookPath("docker-credential-fake")
	if err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\necho 'glpat-canary'\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	_, secret, err := o.Get(t.Context(), fakeURL)
	if err == nil || !secret.Empty() || strings.Contains(err.Error(), "canary") {
		t.Errorf("Get = %q, %v", secret.Reveal(), err)
	}
}

func TestOtherHelperThatHangs(t *testing.T) {
	o := otherHelper(t, "hang")
	for verb, do := range map[string]func(context.Context) error{
		"Get":   func(ctx context.Context) error { _, _, err := o.Get(ctx, fakeURL); return err },
		"Erase": func(ctx context.Context) error { return o.Erase(ctx, fakeURL) },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		start := time.Now()
		err := do(ctx)
		cancel()
		if took := time.Since(start); !errors.Is(err, keyring.ErrHung) || took > 2*time.Second {
			t.Errorf("%s = %v after %v", verb, err, took)
		}
	}
}

func TestOtherHelperThatCannotBe(t *testing.T) {
	for _, name := range []string{"", "gitlabjob", "GITLABJOB.exe", "../pass", filepath.Join("a", "b")} {
		var fault *keyring.VaultError
		if _, err := keyring.NewOtherHelper(name); !errors.As(err, &fault) {
			t.Errorf("NewOtherHelper(%q) = %v; want a *VaultError", name, err)
		}
	}
	t.Setenv("PATH", t.TempDir())
	o, err := keyring.NewOtherHelper("absent")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.Get(t.Context(), fakeURL); !errors.Is(err, keyring.ErrNoHelper) {
		t.Errorf("Get = %v; want ErrNoHelper", err)
	}
	if err := o.Erase(t.Context(), fakeURL); !errors.Is(err, keyring.ErrNoHelper) {
		t.Errorf("Erase = %v; want ErrNoHelper", err)
	}
}
