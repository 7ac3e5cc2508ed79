package kit

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// MoveExpiry makes the helper's catalogue say that the token for host expires at the given time. It is how a story lets
// a token expire without waiting, and without a clock that is not the real one.
func (h *Home) MoveExpiry(host string, at time.Time) error {
	data, err := os.ReadFile(h.CatalogPath())
	if err != nil {
		return err
	}
	var catalog map[string]any
	if err := json.Unmarshal(data, &catalog); err != nil {
		return fmt.Errorf("%s: %w", h.CatalogPath(), err)
	}
	tokens, _ := catalog["tokens"].(map[string]any)
	token, _ := tokens[host].(map[string]any)
	life, ok := token["life"].(map[string]any)
	if !ok {
		return fmt.Errorf("%s: nothing is kept for %s", h.CatalogPath(), host)
	}
	life["expiry"], life["expires_at"] = "known", at.UTC().Format(time.RFC3339)
	if data, err = json.MarshalIndent(catalog, "", "\t"); err != nil {
		return err
	}
	return os.WriteFile(h.CatalogPath(), append(data, '\n'), 0o600)
}
