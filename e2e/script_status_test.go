package e2e

import (
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// interrupt is "interrupt HOST": the catalogue has the note of a rotation that was cut short an hour ago.
func (s *story) interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || neg {
		ts.Fatalf("usage: interrupt HOST")
	}
	edit(ts, ts.Getenv("CATALOG"), func(catalog object) {
		entry, ok := catalog["tokens"].(object)[args[0]].(object)
		if !ok {
			ts.Fatalf("the catalogue has nothing for %s", args[0])
		}
		since := time.Now().UTC().Add(-time.Hour).Format(time.RFC3339)
		entry["rotation"] = object{"id": "NEVERWRITTEN", "since": since}
	})
}
