package system

import (
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// The credential manager takes 2,560 bytes, this program a few less. The most that it takes comes back whole; what is
// more is refused, and what was kept is still there.
func TestWindowsSizeLimit(t *testing.T) {
	const fraction = 8 // bytes of a record that come and go: a second's fraction, in the time at which GitLab was asked
	me := newWindows(t)
	longer := func(bytes int) string {
		token := goodToken()
		token.Secret += strings.Repeat("x", bytes)
		return lab.token(token)
	}
	short := longer(0)
	me.store(t, lab.registry, short).succeeds(t)
	room := keyring.MaxRecord - len(me.records(t)[lab.registry]) - fraction
	if room < 2000 {
		t.Fatalf("there is room for %d bytes more", room)
	}

	largest := longer(room)
	me.store(t, lab.registry, largest).succeeds(t)
	if got := len(me.records(t)[lab.registry]); got < keyring.MaxRecord-2*fraction {
		t.Errorf("the record has %d bytes, and not about %d", got, keyring.MaxRecord)
	}
	me.serves(t, lab.registry, largest)

	for _, more := range []int{1, 61} { // the second is always too much for the credential manager as well
		me.store(t, lab.registry, longer(room+2*fraction+more)).fails(t, keyring.ErrTooLarge.Error(), "use a shorter token").
			explained(t)
	}
	me.serves(t, lab.registry, largest)
	me.keeps(t, lab.registry)
}
