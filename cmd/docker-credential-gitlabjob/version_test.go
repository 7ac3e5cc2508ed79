package main

import (
	"runtime/debug"
	"testing"
)

func TestRevision(t *testing.T) {
	setting := func(pairs ...string) []debug.BuildSetting {
		var settings []debug.BuildSetting
		for i := 0; i < len(pairs); i += 2 {
			settings = append(settings, debug.BuildSetting{Key: pairs[i], Value: pairs[i+1]})
		}
		return settings
	}
	for name, c := range map[string]struct {
		info debug.BuildInfo
		want string
	}{
		"from a checkout":         {debug.BuildInfo{Settings: setting("vcs.revision", "abc")}, "abc"},
		"from a changed checkout": {debug.BuildInfo{Settings: setting("vcs.revision", "abc", "vcs.modified", "true")}, "abc-modified"},
		"go install of a commit": {
			debug.BuildInfo{Main: debug.Module{Version: "v0.0.0-20261122074300-0123456789ab", Sum: "h1:x="}}, "0123456789ab",
		},
		"go install of a tag":        {debug.BuildInfo{Main: debug.Module{Version: "v1.2.3", Sum: "h1:x="}}, "h1:x="},
		"go install of a prerelease": {debug.BuildInfo{Main: debug.Module{Version: "v1.2.3-rc.1", Sum: "h1:x="}}, "h1:x="},
		"none of these":              {debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "unknown"},
	} {
		if got := revision(&c.info); got != c.want {
			t.Errorf("%s: %q; want %q", name, got, c.want)
		}
	}
}
