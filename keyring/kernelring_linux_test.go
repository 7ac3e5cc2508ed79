package keyring

import "testing"

func TestMapped(t *testing.T) {
	const (
		whole    = "         0          0 4294967295\n"
		rootless = "         0       1000          1\n         1     100000      65536\n"
	)
	for _, c := range []struct {
		uidMap       string
		uid, outside int
		ok           bool
	}{
		{whole, 1000, 1000, true},
		{rootless, 0, 1000, true},
		{rootless, 1, 100000, true},
		{rootless, 65536, 165535, true},
		{rootless, 65537, 0, false}, // overflowuid(5) and the like
		{"", 0, 0, false},
	} {
		if outside, ok := mapped(c.uidMap, c.uid); outside != c.outside || ok != c.ok {
			t.Errorf("%d in %q: %d, %v; want %d, %v", c.uid, c.uidMap, outside, ok, c.outside, c.ok)
		}
	}
}
