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
	if len(first) != 20 {
		t.Fatalf("%d: %v", len(first), first)
	}
	if mine := fmt.Sprint(first[:2]); !strings.Contains(mine, "root0") || !strings.Contains(mine, "root1") {
		t.Errorf("who asks comes first: %v", first)
	}
	if turn := fmt.Sprint(first[2:5]); !strings.Contains(turn, "aaaa") || !strings.Contains(turn, "bob") || !strings.Contains(turn, "eve") {
		t.Errorf("one of each: %v", first)
	}
	seen := make(map[string]bool)
	for minute := range 14 {
		for _, name := range names(now.Add(time.Duration(minute) * time.Minute))[:5] {
			seen[name] = true
		}
	}
	if len(seen) != 20 {
		t.Errorf("some are never asked about: %v", seen)
	}
}
