package credentials

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestSecretIsRedactedEverywhere(t *testing.T) {
	s := NewSecret("glpat-canary")
	type holder struct {
		Secret  Secret
		Pointer *Secret
	}
	held := holder{s, &s}
	encoded, err := json.Marshal(held)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		fmt.Sprint(s), fmt.Sprintf("%s", s), fmt.Sprintf("%q", s), fmt.Sprintf("%v", s), fmt.Sprintf("%+v", held),
		fmt.Sprintf("%#v", held), fmt.Sprintf("%x", s), fmt.Sprintf("%d", s), fmt.Sprintf("%10.3s", s), fmt.Sprintf("%T %v", s, &s),
		s.String(), string(encoded), fmt.Errorf("wrapped: %v %w", s, errors.New("x")).Error(),
	} {
		if strings.Contains(text, "canary") || !strings.Contains(text, redacted) {
			t.Errorf("printed as %q", text)
		}
	}
	if s.Reveal() != "glpat-canary" {
		t.Error("Reveal does not return the value")
	}
}

func TestSecretEqual(t *testing.T) {
	if !NewSecret("a").Equal(NewSecret("a")) || NewSecret("a").Equal(NewSecret("b")) || NewSecret("a").Equal(NewSecret("ab")) {
		t.Error("Equal is wrong")
	}
	if !NewSecret("").Empty() || NewSecret("a").Empty() {
		t.Error("Empty is wrong")
	}
}
