package system

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
)

// debianDocker is Debian's own CLI: a BuildKit client without the buildx plugin.
const debianDocker = "/usr/bin/docker"

// newestDocker returns the Docker CLI that somebody installed beside Debian's, if there is one.
func newestDocker() string {
	const installed = "/usr/local/bin/docker"
	if _, err := os.Stat(installed); err == nil {
		return installed
	}
	return debianDocker
}

var dockerVersion = regexp.MustCompile(`version (\d+)\.(\d+)\.`)

// versionOf returns the first two numbers of a Docker CLI's version.
func versionOf(ctx context.Context, docker string) ([]int, error) {
	out, err := exec.CommandContext(ctx, docker, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("%s --version: %w", docker, err)
	}
	match := dockerVersion.FindStringSubmatch(string(out))
	if match == nil {
		return nil, fmt.Errorf("%s has the version %q", docker, out)
	}
	major, _ := strconv.Atoi(match[1])
	minor, _ := strconv.Atoi(match[2])
	return []int{major, minor}, nil
}

// dockerSince reports whether the newest CLI at hand is of that version or a later one.
func (l *laboratory) dockerSince(major, minor int) bool {
	return slices.Compare(l.dockerVersion, []int{major, minor}) >= 0
}
