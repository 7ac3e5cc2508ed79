package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// written reports whether a vault has the secret, for any of the registries.
func (v *victim) written(t *testing.T, secret string) bool {
	t.Helper()
	for _, registry := range []string{registryA, registryB} {
		if v.vault == "kernel" {
			record, err := keyring.NewKernel(filepath.Dir(v.home.CatalogPath())).Get(t.Context(), registry)
			if err == nil && strings.Contains(record.Reveal(), secret) {
				return true
			}
		}
	}
	files, _ := filepath.Glob(filepath.Join(v.dir, "*"))
	for _, path := range files {
		if data, err := os.ReadFile(path); err == nil && strings.Contains(string(data), secret) {
			return true
		}
	}
	return false
}

// noted reports whether the catalogue, which is whole, has the note of a rotation: for both registries or for none.
func (v *victim) noted(t *testing.T) bool {
	t.Helper()
	data, err := os.ReadFile(v.home.CatalogPath())
	if err != nil {
		t.Fatal(err)
	}
	var catalog struct {
		Tokens map[string]struct {
			Rotation struct{ ID string } `json:"rotation"`
		} `json:"tokens"`
	}
	if err := json.Unmarshal(data, &catalog); err != nil || len(catalog.Tokens) != 2 {
		t.Fatalf("the catalogue: %v\n%s", err, data)
	}
	a, b := catalog.Tokens[registryA].Rotation.ID != "", catalog.Tokens[registryB].Rotation.ID != ""
	if a != b {
		t.Errorf("one of the registries has a note:\n%s", data)
	}
	return a || b
}

// letPass lets two minutes pass since the note was written.
func (v *victim) letPass(t *testing.T) {
	t.Helper()
	data, err := os.ReadFile(v.home.CatalogPath())
	if err == nil {
		earlier := `"since": "` + time.Now().Add(-2*time.Minute).UTC().Format(time.RFC3339) + `"`
		data = regexp.MustCompile(`"since": "[^"]*"`).ReplaceAll(data, []byte(earlier))
		err = os.WriteFile(v.home.CatalogPath(), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// serves checks that get answers with the secret for both registries.
func (v *victim) serves(t *testing.T, secret string) {
	t.Helper()
	for _, registry := range []string{registryA, registryB} {
		if r := v.run(t, registry, "get"); r.Code != 0 || !strings.Contains(r.Stdout, `"`+secret+`"`) || r.Stderr != "" {
			t.Errorf("get %s: %+v; want %s", registry, r, secret)
		}
	}
}

// isInterrupted checks that get says so.
func (v *victim) isInterrupted(t *testing.T) {
	t.Helper()
	for _, registry := range []string{registryA, registryB} {
		r := v.run(t, registry, "get")
		if r.Code != 1 || !strings.Contains(r.Stdout, "its rotation was interrupted on") || !strings.Contains(r.Stderr, "hint: ") {
			t.Errorf("get %s: %+v; want to be told that its rotation was interrupted", registry, r)
		}
	}
}
