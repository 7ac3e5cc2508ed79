package e2e

import (
	"fmt"
	"slices"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// trial is one configuration.
type trial struct {
	*testing.T

	lib   library
	dice  *dice
	image clients.Image
	count map[string]int // over all of a library's
}

// next makes a world, and an image that the client takes for one, and asks for it.
func (t *trial) next(dir string) (*world, handed) {
	t.Helper()
	for {
		image, err := clients.ParseImage(t.dice.anImage())
		if err != nil {
			t.Fatal(err)
		}
		t.image, t.dice.image = image, image
		w := t.lib.world(t.dice, dir)
		w.lay(t.T)
		got := t.lib.ask(w, image)
		if _, bad := got.err.(badImageError); !bad {
			return w, got
		}
	}
}

// holds compares the answers in this world, and in the one that is left when what has won in it is taken out.
func (t *trial) holds(w *world, got handed) bool {
	t.Helper()
	answer := clients.Predict(t.lib.client, w.places(), t.image)
	if why := t.compare(w, answer, got); why != "" {
		t.Errorf("%s of %s: %s\nPredict: %+v\n%s", t.lib.client, t.image.Raw, why, answer, w)
		return false
	}
	left, ok := w.withoutWinner(answer)
	if !ok {
		return true
	}
	left.lay(t.T)
	next := clients.Predict(t.lib.client, left.places(), t.image)
	why := t.compare(left, next, t.lib.ask(left, t.image))
	if why == "" && !healed(w.places(), left.places()) {
		why = shadowed(answer.Shadows, next)
	}
	if why != "" {
		t.Errorf("%s of %s, without what has won: %s\nPredict before: %+v\nPredict: %+v\n%s",
			t.lib.client, t.image.Raw, why, answer, next, left)
	}
	return why == ""
}

// healed reports whether Docker now understands more of its file than it did: then more has changed than what was taken
// out.
func healed(before, after clients.Places) bool {
	return before.Docker != nil && fmt.Sprint(before.Docker.Problem()) != fmt.Sprint(after.Docker.Problem())
}

// shadowed returns in what the first of the shadows are not the next answer.
func shadowed(shadows []clients.Credential, next clients.Answer) string {
	want := next.Rivals
	if next.Source != clients.Unstable && next.Source != clients.None {
		want = []clients.Credential{next.Credential}
	}
	switch {
	case len(want) == 0 && len(shadows) == 0:
		return ""
	case len(want) == 0, len(want) > len(shadows), !slices.Equal(shadows[:len(want)], want):
		return fmt.Sprintf("the shadows are %+v", shadows)
	}
	return ""
}

// compare asks the library again where its answer may be another the next time, and returns how it differs.
func (t *trial) compare(w *world, answer clients.Answer, got handed) string {
	t.Helper()
	t.count[string(answer.Source)]++
	times, seen := 2, make(map[handed]bool)
	switch {
	case answer.Source == clients.Unstable:
		times = 12
	case answer.Source == clients.FromHelper, answer.Failed != nil:
		times = 1
	}
	for i := range times {
		if i > 0 {
			got = t.lib.ask(w, t.image)
		}
		if why := t.differs(w, answer, got); why != "" {
			return fmt.Sprintf("%s: %s", why, got)
		}
		got.err = nil
		seen[got] = true
	}
	for what, is := range map[string]bool{
		"seen to change": len(seen) > 1, "failed before": answer.Failed != nil, "stops": answer.Stops,
	} {
		if is {
			t.count[what]++
		}
	}
	return ""
}

// differs returns how what the library handed out is not the answer.
func (t *trial) differs(w *world, answer clients.Answer, got handed) string {
	if t.lib.goesOn {
		if (got.err != nil) != (answer.Failed != nil) {
			return "a helper failed, or it did not"
		}
		got.err = nil
	}
	if answer.Source != clients.Unstable {
		return t.differsFrom(w, answer.Credential, got)
	}
	why := "there are no rivals"
	for _, c := range answer.Rivals {
		if why = t.differsFrom(w, c, got); why == "" {
			break
		}
	}
	return why
}

// differsFrom returns how what the library handed out is not the credential.
func (t *trial) differsFrom(w *world, c clients.Credential, got handed) string {
	want := handed{c.Username, c.Secret.Reveal(), c.Tokens.Identity.Reveal(), c.Tokens.Registry.Reveal(), nil}
	at, known := t.dice.spots[want.password]
	if c.Source == clients.FromHelper && c.Identity && got.identity != "" {
		want.password, want.identity = "", want.password
	}
	switch {
	case c.Outcome == clients.Failed || c.Outcome == clients.Missing:
		if got.err == nil {
			return "it does not fail"
		}
		return ""
	case got.err != nil:
		return "it fails"
	case (c.Source == clients.None || c.Source == clients.Empty) && !got.empty():
		return "it has something"
	case got != want:
		return fmt.Sprintf("it should be %s", want)
	case c.Identity != (got.identity != "" || got.registry != ""):
		return "one has a token"
	case known && (c.Path != w.path(at.place) || c.Member != "auths" || c.Key != at.key):
		return "it stands somewhere else"
	}
	return ""
}
