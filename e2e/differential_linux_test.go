package e2e

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/sirupsen/logrus"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// Package internal/clients says which credential a client would use. Here each client's own code is asked the same, of
// the same files, variables and helpers, thousands of times; where the two differ, the client is right.

var (
	firstSeed = flag.Uint64("seed", 20261126, "the seed of the first configuration; 0 for any")
	worlds    = flag.Int("configurations", 2000, "how many configurations each client is asked about")
)

func aSeed() uint64 {
	if *firstSeed != 0 {
		return *firstSeed
	}
	return rand.Uint64N(1 << 40)
}

// library is a client's own code.
type library struct {
	client clients.Client
	shares map[string]int // of a hundred worlds, in how many each place has something
	// world throws the next world together, where that is not aWorld.
	world func(d *dice, dir string) *world
	// ask asks for the image's credential. The error is a badImageError for what is no name of an image to the client.
	ask func(w *world, image clients.Image) handed
	// goesOn: it hands out a credential beside an error.
	goesOn bool
}

// handed is what a client's library hands out.
type handed struct {
	user, password, identity, registry string // the last two are tokens
	err                                error
}

func (h handed) empty() bool { return h == handed{} }

// String shows it. Its secrets are made up.
func (h handed) String() string {
	return fmt.Sprintf("%q with %q, tokens %q and %q, error %v", h.user, h.password, h.identity, h.registry, h.err)
}

// badImageError is why a client is asked for another image.
type badImageError struct{ error }

// differentialOf compares Predict with a library in worlds of every kind. A run in which something hardly came up would
// prove nothing, and fails.
func differentialOf(t *testing.T, l library) {
	t.Helper()
	l.world = func(d *dice, dir string) *world { return d.aWorld(dir, l.shares) }
	count := differential(t, l)
	least := map[string]int{"file": 10, "helper": 10, "none": 10, "unstable": 2, "seen to change": 1, "stops": 2}
	if l.goesOn {
		delete(least, "stops")
		least["failed before"] = 2
	}
	const some = 200
	for what, n := range least {
		if *worlds >= some && count[what] < n**worlds/some {
			t.Errorf("%s: only %d times", what, count[what])
		}
	}
}

// differential compares Predict with a library, and returns how often each kind of answer came up.
func differential(t *testing.T, l library) map[string]int {
	t.Helper()
	silence(t)
	dir := t.TempDir()
	layHelpers(t, dir)
	seed, count := aSeed(), make(map[string]int)
	for i := range *worlds {
		trial := trial{T: t, lib: l, dice: newDice(seed + uint64(i)), count: count}
		if !trial.holds(trial.next(dir)) {
			t.Fatalf("to see it again: -run '^%s$' -seed %d -configurations 1", t.Name(), seed+uint64(i))
		}
	}
	t.Logf("%d configurations from seed %d: %v", *worlds, seed, count)
	return count
}

// silence keeps what the libraries and the helpers say out of the test's own output.
func silence(t *testing.T) {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	stderr, out := os.Stderr, logrus.StandardLogger().Out
	os.Stderr = null
	logrus.SetOutput(io.Discard)
	t.Cleanup(func() {
		os.Stderr = stderr
		logrus.SetOutput(out)
		_ = null.Close()
	})
}
