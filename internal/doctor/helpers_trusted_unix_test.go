//go:build unix

package doctor

import (
	"os"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// Root asks no helper that somebody else has put on its PATH, and what it asks finds none of that one's programs.
func TestAskerOfAnothers(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	const evil = 54321
	env := helperOnPath(t, `echo '{"Username":"'"$PATH"'"}'`)
	theirs := t.TempDir()
	if err := os.Chown(theirs, evil, evil); err != nil {
		t.Fatal(err)
	}
	path := pathOf(env)
	env[0] = "PATH=" + theirs + ":" + path
	if got := newAsker(t.Context(), env).Get("x", registry); got.Username != path {
		t.Errorf("its helper sees the PATH %q", got.Username)
	}
	if err := os.Chown(strings.TrimPrefix(env[1], "DIR="), evil, evil); err != nil {
		t.Fatal(err)
	}
	if got := newAsker(t.Context(), env).Get("x", registry); got.Outcome != clients.Unknown {
		t.Errorf("it is asked: %+v", got)
	}
	if names, got := newAsker(t.Context(), env).List("x"); got.Outcome != clients.Unknown || names != nil {
		t.Errorf("it lists: %q, %+v", names, got)
	}
}
