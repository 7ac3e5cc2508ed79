package system

import (
	"encoding/json"
	"os"
	"testing"
	"time"
)

// catalog is the helper's catalogue, as far as the tests look at it.
type catalog struct {
	Version int              `json:"version"`
	Tokens  map[string]entry `json:"tokens"`
}

type entry struct {
	Username string         `json:"username"`
	Vault    string         `json:"vault"`
	ID       string         `json:"id"`
	Life     map[string]any `json:"life"`
}

// catalog reads the account's catalogue.
func (a *account) catalog(t *testing.T) catalog {
	t.Helper()
	data, err := os.ReadFile(a.CatalogPath())
	if err != nil {
		t.Fatal(err)
	}
	var c catalog
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// writeCatalog puts c in the place of the account's catalogue.
func (a *account) writeCatalog(t *testing.T, c catalog) {
	t.Helper()
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(a.CatalogPath(), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// expire moves the expiry of the token for the registry to yesterday, in the catalogue only.
func (a *account) expire(t *testing.T) {
	t.Helper()
	c := a.catalog(t)
	c.Tokens[lab.registry].Life["expires_at"] = time.Now().UTC().AddDate(0, 0, -1).Truncate(24 * time.Hour)
	a.writeCatalog(t, c)
}
