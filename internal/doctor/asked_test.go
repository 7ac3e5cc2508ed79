package doctor

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestCredentialsByTurns: whoever has many is asked about no sooner than others, and the next minute goes on elsewhere.
func TestCredentialsByTurns(t *testing.T) {
	many := func(user string, n int) string {
		var entries []string
		for i := range n {
			entries = append(entries, fmt.Sprintf(`"%s/%s/%d": {"auth": "AUTH(%s%d:glpat-%020d)"}`, registry, user, i, user, i, i))
		}
		return `{"auths": {` + strings.Join(entries, ", ") + `}}`
	}
	s := newSite().docker(many("root", 2)).other("aaaa", many("aaaa", 14)).other("bob", many("bob", 1)).other("eve", many("eve", 3))
	s.Kept = keeping(t, "glpat-kept")
	s.Kept[0].Username = "kept"
	names := func(now time.Time) []string {
		subjects, err := SubjectsFor(s.Machine, nil)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, a := range Credentials(s.Machine, subjects, Judge{Now: now}) {
			all = append(all, a.Username)
		}
		return all
	}
	first := names(now)
	if len(first) != 21 {
		t.Fatalf("%d: %v", len(first), first)
	}
	if mine := fmt.Sprint(first[1:3]); !strings.Contains(mine, "root0") || !strings.Contains(mine, "root1") {
		t.Errorf("who asks comes first: %v", first)
	}
	if turn := fmt.Sprint(first[3:6]); !strings.Contains(turn, "aaaa") || !strings.Contains(turn, "bob") || !strings.Contains(turn, "eve") {
		t.Errorf("one of each: %v", first)
	}
	for _, apart := range []time.Duration{time.Minute, time.Hour, 24 * time.Hour, 7 * 24 * time.Hour} {
		seen := make(map[string]bool)
		for run := range 100 {
			first := names(now.Add(time.Duration(run) * apart))[:6]
			for _, name := range first {
				seen[name] = true
			}
			if first[0] != "kept" {
				t.Fatalf("what is kept comes first: %v", first)
			}
		}
		if len(seen) != 21 {
			t.Errorf("by runs that are %v apart only %d are ever asked about: %v", apart, len(seen), seen)
		}
	}
}
