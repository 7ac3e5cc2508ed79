package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// soak is how many runs are killed, where somebody has the time: 1000, say. It is read before TestMain forgets about it.
var soak, _ = strconv.Atoi(os.Getenv("GITLABJOB_SOAK"))

// blow is where a run is killed.
type blow struct {
	vault string
	nth   int // telling call
}

// tally counts what killed runs have left.
type tally struct {
	mu                     sync.Mutex
	before, window, after  int // GitLab was never asked; the new token was lost; it was kept
	ended, noted, finished int // was not killed; with a note; and of "after": the catalogue knew
}

// Whenever a rotation is killed: the catalogue is whole, wherever the new token was written it is served, and where
// GitLab was never asked the old one is served again. Only between GitLab's answer and the vault a new login is needed,
// and a token that may be dead is never sent to be replaced.
func TestRotationKilled(t *testing.T) {
	if !mayTrace(t) {
		t.Log("not tested: nobody may trace a program here")
		return
	}
	t.Parallel()
	var sum tally
	t.Run("at", func(t *testing.T) {
		for i, b := range blows(t) {
			t.Run(fmt.Sprint(i, "_", b.vault, "_", b.nth), func(t *testing.T) {
				t.Parallel()
				newVictim(t, b.vault).killed(t, b.nth, &sum)
			})
		}
	})
	t.Logf("killed before GitLab had replaced the token: %d (%d of them with a note); in the window: %d; after the new "+
		"token was written: %d (%d of them with a note); not killed: %d",
		sum.before, sum.noted, sum.window, sum.after, sum.after-sum.finished, sum.ended)
	if !t.Failed() && (sum.before == 0 || sum.noted == 0 || sum.window == 0 || sum.after == 0) {
		t.Error("it was not killed at every step")
	}
}

// blows returns where runs are killed: at all calls around the request for a new token and at some of the others, not
// the same each time; or at every one, and again, until there are as many as somebody asks for.
func blows(t *testing.T) (all []blow) {
	t.Helper()
	for _, vault := range victimVaults() {
		v := newVictim(t, vault)
		whole := traced(t, v.rotation(t), 0)
		v.forget(t)
		t.Logf("with the vault %s a rotation makes %d calls", vault, whole.calls)
		const around, others = 6, 12
		offset := rand.N(whole.calls)
		for nth := 1; nth <= whole.calls; nth++ {
			near := nth > whole.connect-around && nth < whole.connect+around
			if soak > 0 || near || (nth+offset)%(whole.calls/others) == 0 {
				all = append(all, blow{vault, nth})
			}
		}
	}
	for i := 0; len(all) < soak; i++ {
		all = append(all, all[i])
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if soak > 0 {
		all = all[:soak]
	}
	return all
}

// victimVaults are the vaults with which rotations are killed.
func victimVaults() []string {
	vaults := []string{"helper:testvault"}
	if there, err := condition("kernel-keyring"); err == nil && there && os.Geteuid() == 0 { // others' quota is too small
		vaults = append(vaults, "kernel")
	}
	return vaults
}

// mayTrace reports whether programs can be traced here; many containers do not let them.
func mayTrace(t *testing.T) bool {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "true")
	cmd.Env = append(os.Environ(), killAt+"=1")
	result, err := kit.Run(cmd, "")
	return err == nil && result.Code == tracerKilled
}

// killed kills one rotation, holds what it has left against the promise, and has the next one do its work.
func (v *victim) killed(t *testing.T, nth int, sum *tally) {
	t.Helper()
	defer v.forget(t)
	dies := traced(t, v.rotation(t), nth).killed
	v.settle(t)
	heir, rotated := v.gitlab.Heir(v.pat)
	written, noted := rotated && v.written(t, heir), v.noted(t)
	sum.mu.Lock()
	switch {
	case !dies:
		sum.ended++
	case !rotated:
		sum.before++
	case written:
		sum.after++
	default:
		sum.window++
	}
	if noted && !rotated {
		sum.noted++
	}
	if !noted && written && dies {
		sum.finished++
	}
	sum.mu.Unlock()

	switch {
	case written:
		v.serves(t, heir)
	case rotated && !noted:
		t.Error("the new token is lost, and there is no note")
	case noted:
		v.isInterrupted(t)
	default:
		v.serves(t, v.pat)
	}
	v.letPass(t)
	check, last := v.run(t, "", "status", "--check"), v.pat
	switch {
	case rotated && !written:
		if check.Code != 1 || !strings.Contains(check.Stdout, "rotation was interrupted, log in again") {
			t.Errorf("status --check: %+v", check)
		}
		v.isInterrupted(t)
		if again := v.run(t, "", "rotate", registryA); again.Code != 1 || !strings.Contains(again.Stderr, "its rotation was interrupted on") {
			t.Errorf("rotate: %+v", again)
		}
		v.login(t, v.pat+"-anew")
		last = v.pat + "-anew"
	case check.Code != 0 || v.noted(t):
		t.Errorf("status --check: %+v, a note: %v", check, v.noted(t))
	case written:
		last = heir
	}
	v.serves(t, last)
	if again := v.run(t, "", "rotate", registryB); again.Code != 0 {
		t.Errorf("rotate: %+v", again)
	}
	if heir, rotated = v.gitlab.Heir(last); !rotated {
		t.Error("the next rotation has replaced nothing")
	}
	v.serves(t, heir)
	if v.gitlab.FamilyRevoked() {
		t.Error("a dead token was sent to be replaced, and GitLab has revoked its heirs")
	}
}
