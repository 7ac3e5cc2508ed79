package gitlabrunner

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Version is the version of a gitlab-runner, as far as it matters.
type Version struct{ Major, Minor int }

// String returns "18.3".
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// GoesOn reports whether this gitlab-runner goes on to the job's own token when a helper has nothing. Before 18.3 it
// takes "not found" for empty credentials, and pulls anonymously (measured on the resolvers of ten versions).
func (v Version) GoesOn() bool { return v.Major > 18 || v.Major == 18 && v.Minor >= 3 }

// ErrBadVersion means that a version is not of the form 18.3 or 18.3.1.
var ErrBadVersion = errors.New("it is not a version such as 18.3 or 18.3.1")

// ParseVersion reads "18.3", "v18.3.1" or "18.3.0~pre.5".
func ParseVersion(text string) (Version, error) {
	const bits = 16
	first, rest, ok := strings.Cut(strings.TrimPrefix(text, "v"), ".")
	second := rest
	if end := strings.IndexAny(rest, ".-~+"); end >= 0 {
		second = rest[:end]
	}
	major, majorErr := strconv.ParseUint(first, 10, bits)
	minor, minorErr := strconv.ParseUint(second, 10, bits)
	if !ok || majorErr != nil || minorErr != nil {
		return Version{}, ErrBadVersion
	}
	return Version{Major: int(major), Minor: int(minor)}, nil
}

// patience is how long gitlab-runner may take to say its version, and its pipe to end after it.
const (
	patience     = 5 * time.Second
	pipePatience = 100 * time.Millisecond
)

// AskVersion asks the gitlab-runner on PATH, which answers at once.
func AskVersion(ctx context.Context) (Version, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "gitlab-runner", "--version")
	cmd.WaitDelay = pipePatience // it may be a script, with a child that holds the pipe
	out, err := cmd.Output()
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case errors.Is(err, exec.ErrWaitDelay):
		err = nil // it has ended well, and answered
	}
	if err != nil {
		return Version{}, fmt.Errorf("gitlab-runner --version: %w", err)
	}
	for line := range strings.Lines(string(out)) {
		if text, ok := strings.CutPrefix(line, "Version:"); ok {
			v, err := ParseVersion(strings.TrimSpace(text))
			if err != nil {
				err = fmt.Errorf("gitlab-runner --version: %w", err)
			}
			return v, err
		}
	}
	return Version{}, errors.New("gitlab-runner --version: it names no version")
}
