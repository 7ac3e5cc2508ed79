package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// Users other than root have 20,000 bytes for their keys, and get those of removed ones back only some time later. One
// login after the other fits in.
func TestManyLoginsInTheKernelsKeyring(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("not tested: only root can act as a user without keys")
		return
	}
	if there, err := condition("kernel-keyring"); !there || err != nil {
		t.Logf("not tested: there is no kernel keyring to be had here, %v", err)
		return
	}
	const uid, logins = 54323, 10
	dir, err := os.MkdirTemp("", "gitlabjob-logins-") //nolint:usetesting // t.TempDir is in a directory of root's alone
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	program, err := os.ReadFile(filepath.Join(bin, kit.Program))
	if err != nil {
		t.Fatal(err)
	}
	home, err := kit.NewHome(filepath.Join(dir, "home"), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		os.WriteFile(filepath.Join(dir, kit.Program), program, 0o755),
		os.Chmod(dir, 0o755), os.Chown(home.Dir, uid, uid),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	run := func(stdin, verb string) kit.Result {
		cmd := home.Command(t.Context(), kit.Program, verb)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
		result, err := kit.Run(cmd, stdin)
		if err != nil {
			t.Error(err)
		}
		return result
	}
	const registry = "127.0.0.1:1" // where nothing answers: it is kept unverified
	var all sync.WaitGroup
	for who := range 6 {
		all.Go(func() {
			for i := range logins {
				secret := fmt.Sprintf("glpat-%d-%d-%s", who, i, canary)
				message := fmt.Sprintf(`{"ServerURL":%q,"Username":"alice","Secret":%q}`, registry, secret)
				if r := run(message, "store"); r.Code != 0 {
					t.Errorf("login %d: %+v", i, r)
					return
				}
			}
		})
	}
	all.Wait()
	if r := run(registry, "erase"); r.Code != 0 {
		t.Errorf("erase: %+v", r)
	}
}
