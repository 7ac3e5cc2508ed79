package gitlabrunner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/subprocess"
)

// Version is the version of a gitlab-runner, as far as it matters.
type Version struct{ Major, Minor, Patch int }

// String returns "18.3".
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// GoesOn reports whether this gitlab-runner goes on to the job's own token when a helper has nothing. Before 18.3 it
// takes "not found" for empty credentials, and pulls anonymously (measured on the resolvers of ten versions).
func (v Version) GoesOn() bool { return v.since(18, 3, 0) }

// RunsListedOnly reports whether this gitlab-runner runs of the helpers that a DOCKER_AUTH_CONFIG names those alone
// which its allowed_docker_credential_helpers lists: since 19.4, and since three releases before it that were mended.
func (v Version) RunsListedOnly() bool {
	if v.Major == 19 {
		switch v.Minor {
		case 1:
			return v.Patch >= 3
		case 2:
			return v.Patch >= 4
		case 3:
			return v.Patch >= 2
		}
	}
	return v.since(19, 4, 0)
}

func (v Version) since(major, minor, patch int) bool {
	return cmp.Or(cmp.Compare(v.Major, major), cmp.Compare(v.Minor, minor), cmp.Compare(v.Patch, patch)) >= 0
}

// ErrBadVersion means that a version is not of the form 18.3 or 18.3.1.
var ErrBadVersion = errors.New("it is not a version such as 18.3 or 18.3.1")

// ParseVersion reads "18.3", "v18.3.1" or "18.3.0~pre.5".
func ParseVersion(text string) (Version, error) {
	const bits = 16
	first, rest, ok := strings.Cut(strings.TrimPrefix(text, "v"), ".")
	const endings = ".-~+"
	second, third := rest, ""
	if end := strings.IndexAny(rest, endings); end >= 0 {
		second, third = rest[:end], strings.TrimPrefix(rest[end:], ".")
	}
	if end := strings.IndexAny(third, endings); end >= 0 {
		third = third[:end]
	}
	major, majorErr := strconv.ParseUint(first, 10, bits)
	minor, minorErr := strconv.ParseUint(second, 10, bits)
	patch, _ := strconv.ParseUint(third, 10, bits) // what is not a number came with a preview, of which it is 0
	if !ok || majorErr != nil || minorErr != nil {
		return Version{}, ErrBadVersion
	}
	return Version{Major: int(major), Minor: int(minor), Patch: int(patch)}, nil
}

// patience is how long gitlab-runner may take to say its version.
const patience = 5 * time.Second

// ErrNotRun means that the gitlab-runner on root's PATH may be another user's work.
var ErrNotRun = errors.New("root does not run it: it, or a directory on the way to it, is another user's to change")

// AskVersion asks the gitlab-runner on PATH, which answers at once. Its errors are ErrNotRun, ErrBadVersion, those of
// ctx and of package os/exec.
func AskVersion(ctx context.Context) (Version, error) {
	path, err := exec.LookPath("gitlab-runner")
	if err == nil && !subprocess.Trusted(path) {
		err = ErrNotRun
	}
	if err != nil {
		return Version{}, fmt.Errorf("gitlab-runner --version: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := subprocess.Command(ctx, path, "--version")
	cmd.Env = append(os.Environ(), "PATH="+subprocess.TrustedPath(os.Getenv("PATH")))
	out, err := subprocess.Output(cmd)
	if ctx.Err() != nil {
		err = ctx.Err()
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
