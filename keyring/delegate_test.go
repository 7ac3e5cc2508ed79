package keyring_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// fakeScript is a credential helper with a file for each entry. The word MODE decides how it fails.
const fakeScript = `#!/bin/sh
dir=${0%/*}/entries
mkdir -p "$dir"
case MODE in
hang) exec sleep 60 ;;
late) (sleep 0.5; echo >"$LATE_MARK") & wait ;;
agent) sleep 1 & ;;
babble) echo 'cannot write glpat-canary'; exit 1 ;;
leak) echo '{"ServerURL":"x","Username":"y","Secret":"glpat-canary"}'; echo 'glpat-canary' >&2; exit 1 ;;
fail) echo 'something is wrong'; exit 1 ;;
quiet) [ "$PASSWORD_STORE_GPG_OPTS, $LANGUAGE" = "--no-throw-keyids --pinentry-mode=error, C" ] || exit 1 ;;
nopass) echo 'pass not initialized: exec: "pass": executable file not found in $PATH: '; exit 1 ;;
nostore) echo 'pass not initialized: exit status 1: Error: password store is empty. Try "pass init".'; exit 1 ;;
locked | liar)
	case MODE-$1 in
	locked-get) echo 'exit status 2: gpg: decryption failed: No secret key'; exit 1 ;;
	*-list)
		find "$dir" -type f | grep -q . && url=https://docker-credential-gitlabjob.invalid/registry.example.com
		echo "{${url:+\"$url\":\"docker-credential-gitlabjob\"}}"; exit ;;
	liar-erase) exit ;;
	esac ;;
esac
in=$(cat; echo .); in=${in%.}
key() { printf %s "$1" | cksum | tr ' ' _; }
url() { printf %s "$in" | sed 's/.*"ServerURL":"\([^"]*\)".*/\1/'; }
case $1 in
store) printf %s "$in" >"$dir/$(key "$(url)")" ;;
get) f=$dir/$(key "$in"); [ -f "$f" ] || { echo 'credentials not found in native keychain'; exit 1; }; cat "$f" ;;
erase) rm -f "$dir/$(key "$in")" ;;
list) echo '{}' ;;
esac
`

// fakeHelper puts docker-credential-fake on PATH and returns the vault that delegates to it.
func fakeHelper(t *testing.T, mode string) keyring.Vault {
	t.Helper()
	bin := t.TempDir()
	script := strings.ReplaceAll(fakeScript, "MODE", mode)
	if err := os.WriteFile(filepath.Join(bin, "docker-credential-fake"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	v, err := keyring.NewHelper("fake")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestHelperNames(t *testing.T) {
	for _, bad := range []string{
		"", "a/b", "../pass", `a\b`, "a b", "gitlabjob", "GitLabJob", "gitlabjob.exe", "GITLABJOB.EXE", "a\x00", "päss", "a;b",
	} {
		if _, err := keyring.NewHelper(bad); err == nil {
			t.Errorf("NewHelper(%q) = nil error", bad)
		}
	}
	for _, fine := range []string{"pass", "wincred.exe", "secretservice", "my_own-1"} {
		if v, err := keyring.NewHelper(fine); err != nil || v.Name() != "helper:"+fine {
			t.Errorf("NewHelper(%q) = %v", fine, err)
		}
	}
}

func TestHelperThatHangsIsLeft(t *testing.T) {
	v := fakeHelper(t, "hang")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := v.Get(ctx, "registry.example.com")
	if took := time.Since(start); !errors.Is(err, keyring.ErrHung) || took > 2*time.Second {
		t.Errorf("Get = %v after %v", err, took)
	}
}

// What a helper says when it fails may be a record, whatever it was asked: nothing of it is repeated.
func TestHelperThatFails(t *testing.T) {
	const want = `vault "helper:fake": docker-credential-fake failed; ask it by hand what it says: docker-credential-fake list`
	for _, mode := range []string{"leak", "babble"} {
		v := fakeHelper(t, mode)
		_, err := v.Get(t.Context(), "registry.example.com")
		for verb, err := range map[string]error{
			"Ready": v.Ready(t.Context()), "Get": err, "Delete": v.Delete(t.Context(), "registry.example.com"),
			"Set": v.Set(t.Context(), "registry.example.com", credentials.NewSecret("canary")),
		} {
			if err == nil || err.Error() != want {
				t.Errorf("%s, %s = %v", mode, verb, err)
			}
			for cause := err; cause != nil; cause = errors.Unwrap(cause) {
				if strings.Contains(cause.Error(), "canary") {
					t.Errorf("%s, %s has it within: %v", mode, verb, cause)
				}
			}
		}
	}
}

// A helper may start an agent that lives on and holds its pipe: the answer is good all the same, and comes at once.
func TestHelperThatLeavesAChild(t *testing.T) {
	v := fakeHelper(t, "agent")
	for range 2 {
		if err := v.Set(t.Context(), "registry.example.com", credentials.NewSecret("glpat-x")); err != nil {
			t.Fatal(err)
		}
	}
}

// A helper that is given up on is ended with its children: it must not write later.
func TestHelperThatHangsIsEnded(t *testing.T) {
	v := fakeHelper(t, "late")
	mark := filepath.Join(t.TempDir(), "written")
	t.Setenv("LATE_MARK", mark)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := v.Set(ctx, "registry.example.com", credentials.NewSecret("x")); !errors.Is(err, keyring.ErrHung) {
		t.Errorf("Set = %v; want ErrHung", err)
	}
	time.Sleep(600 * time.Millisecond) // past the moment at which it would have written
	if _, err := os.Stat(mark); err == nil {
		t.Error("the helper went on, and wrote")
	}
}

func TestHelperThatIsNotThere(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	v, err := keyring.NewHelper("absent")
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"Ready": v.Ready(t.Context()),
		"Set":   v.Set(t.Context(), "registry.example.com", credentials.NewSecret("x")),
	} {
		if !errors.Is(err, keyring.ErrNoHelper) {
			t.Errorf("%s = %v; want ErrNoHelper", name, err)
		}
	}
	if _, err := v.Get(context.Background(), "registry.example.com"); !errors.Is(err, keyring.ErrNoHelper) {
		t.Errorf("Get = %v; want ErrNoHelper", err)
	}
}
