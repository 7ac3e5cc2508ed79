package gitlabrunner

import "testing"

func TestParseVersion(t *testing.T) {
	for text, want := range map[string]struct {
		v      Version
		goesOn bool
	}{
		"18.3":                   {Version{18, 3, 0}, true},
		"18.2":                   {Version{18, 2, 0}, false},
		"18.2.99":                {Version{18, 2, 99}, false},
		"v18.3.1":                {Version{18, 3, 1}, true},
		"18.3.0~pre.5.gabc":      {Version{18, 3, 0}, true},
		"18.3.0-rc1":             {Version{18, 3, 0}, true},
		"18.3~beta.12.g01234567": {Version{18, 3, 0}, true},
		"18.10.0":                {Version{18, 10, 0}, true},
		"16.9.1":                 {Version{16, 9, 1}, false},
		"19.0":                   {Version{19, 0, 0}, true},
		"17.11.0+ent":            {Version{17, 11, 0}, false},
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
	if text := (Version{18, 3, 0}).String(); text != "18.3" {
		t.Errorf("String = %q", text)
	}
}

func TestRunsListedOnly(t *testing.T) {
	for text, want := range map[string]bool{
		"18.3.1": false, "19.0.9": false, "19.1.2": false, "19.1.3": true, "19.2.3": false, "19.2.4": true, "19.3": false,
		"19.3.1": false, "19.3.2": true, "19.4": true, "19.4.0~pre.5.gabc": true, "19.5.1": true, "20.1.0": true,
	} {
		if v, err := ParseVersion(text); err != nil || v.RunsListedOnly() != want {
			t.Errorf("%s: %t, %v", text, v.RunsListedOnly(), err)
		}
	}
}
