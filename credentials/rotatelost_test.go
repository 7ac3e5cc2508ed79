package credentials

import (
	"errors"
	"testing"
	"time"
)

// The new token is in memory alone: as long as somebody can mend the vault it can be kept after all.
func TestANewTokenThatIsKeptAtLast(t *testing.T) {
	full := errors.New("full")
	for name, other := range map[string]bool{"by this process": false, "when another has brought it to its end": true} {
		h, d, _ := rotating()
		d.commitE = []error{full, full, nil}
		_, err := h.Rotate(t.Context(), d.lines[0], time.Time{})
		var lost *NewTokenLostError
		if !errors.As(err, &lost) || !errors.Is(err, full) || lost.Host.String() != reg {
			t.Fatalf("%s: Rotate = %v", name, err)
		}
		if last := d.steps.steps[len(d.steps.steps)-1]; last != "close" || !d.lines[0].Rotation.Begun() {
			t.Errorf("%s: the last step was %s, the note is %v", name, last, d.lines[0].Rotation)
		}
		if err := lost.Again(t.Context()); !errors.Is(err, full) {
			t.Errorf("%s: Again = %v", name, err)
		}
		if other {
			d.written = "glpat-new"
		}
		if err := lost.Again(t.Context()); err != nil {
			t.Errorf("%s: Again = %v", name, err)
		}
		tok, err := d.Reveal(t.Context(), d.lines[0])
		if err != nil || tok.Secret.Reveal() != "glpat-new" || d.lines[0].Rotation.Begun() {
			t.Errorf("%s: kept %q, %v", name, tok.Secret.Reveal(), err)
		}
	}
	h, d, _ := rotating()
	d.commitE = []error{full}
	_, err := h.Rotate(t.Context(), d.lines[0], time.Time{})
	var lost *NewTokenLostError
	if !errors.As(err, &lost) {
		t.Fatal(err)
	}
	d.lines[0].ID, d.lines[0].Rotation = "login", Rotation{} // somebody has logged in again
	if err := lost.Again(t.Context()); !errors.Is(err, ErrKeptMeanwhile) {
		t.Errorf("Again = %v; want ErrKeptMeanwhile", err)
	}
}
