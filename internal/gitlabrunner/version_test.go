package gitlabrunner

import "testing"

func TestParseVersion(t *testing.T) {
	for text, want := range map[string]struct {
		v      Version
		goesOn bool
	}{
		"18.3":                   {Version{18, 3}, true},
		"18.2":                   {Version{18, 2}, false},
		"18.2.99":                {Version{18, 2}, false},
		"v18.3.1":                {Version{18, 3}, true},
		"18.3.0~pre.5.gabc":      {Version{18, 3}, true},
		"18.3.0-rc1":             {Version{18, 3}, true},
		"18.3~beta.12.g01234567": {Version{18, 3}, true},
		"18.10.0":                {Version{18, 10}, true},
		"16.9.1":                 {Version{16, 9}, false},
		"19.0":                   {Version{19, 0}, true},
		"17.11.0+ent":            {Version{17, 11}, false},
	} {
		if v, err := ParseVersion(text); err != nil || v != want.v || v.GoesOn() != want.goesOn {
			t.Errorf("ParseVersion(%q) = %v, %v, goes on: %v; want %v", text, v, err, v.GoesOn(), want)
		}
	}
	for _, text := range []string{
		"", "v", "18", "18.", ".3", "vv18.3", "18.3 ", " 18.3", "18.3\n", "garbage", "18.x", "-18.3", "+18.3", "18.-3", "18..3",
		"99999999999999999999.1", "18.99999999999999999999", "development version", "1e1.3", "18.3x", "١٨.٣",
	} {
		if v, err := ParseVersion(text); err != ErrBadVersion || v != (Version{}) {
			t.Errorf("ParseVersion(%q) = %v, %v; want ErrBadVersion", text, v, err)
		}
	}
	if text := (Version{18, 3}).String(); text != "18.3" {
		t.Errorf("String = %q", text)
	}
}
