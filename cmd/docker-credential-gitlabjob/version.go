package main

import (
	"runtime/debug"
	"strings"
)

const program = "docker-credential-gitlabjob"

// version is one line: name, version, revision. It comes from what the Go toolchain writes into every binary, so that
// a release, a local build and "go install" all tell the truth without any build flag.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return program + " (built without module information)"
	}
	return program + " " + info.Main.Version + " revision " + revision(info)
}

// userAgent is how the program introduces itself to GitLab.
func userAgent() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return program + "/" + strings.Trim(info.Main.Version, "()")
	}
	return program
}

// revision is the commit a binary was built from. "go install" knows no commit but only the module's version: then it
// is the commit in a pseudo-version, else the checksum of the module's source.
func revision(info *debug.BuildInfo) string {
	var commit, modified string
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			commit = setting.Value
		case "vcs.modified":
			if setting.Value == "true" {
				modified = "-modified"
			}
		}
	}
	if commit != "" {
		return commit + modified
	}
	// A pseudo-version ends in a time and a commit: v0.0.0-20261122074300-abcdefabcdef (go.dev/ref/mod#pseudo-versions).
	if parts := strings.Split(info.Main.Version, "-"); len(parts) >= 3 && len(parts[len(parts)-1]) == 12 {
		return parts[len(parts)-1]
	}
	if info.Main.Sum != "" {
		return info.Main.Sum
	}
	return "unknown"
}
