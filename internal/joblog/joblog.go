package joblog

import (
	"errors"
	"fmt"
	"io"
)

// Refusal is what a job's log tells of a pull (or push, login, build) that a registry has refused.
type Refusal struct {
	// Image is the image as the log names it: "registry.example.com/group/app:1". Where the log names less it is the
	// image's registry, or the GitLab that would sign no registry token. "" if it names nothing.
	Image string
	// Word is the refusal in the registry's or engine's own words: one printable line of at most 300 bytes, without
	// tokens. Where the log says that a pull fails and never why (kubelet's "Back-off pulling image"), it is that.
	Word string
	// Source is where gitlab-runner has said that its credential comes from: "$DOCKER_AUTH_CONFIG",
	// "job payload (GitLab Registry)", "/root/.docker/config.json" (runner:helpers/docker/auth/auth.go). "" if it has
	// not, or if not the runner was refused: what the job's script uses has another source.
	Source string
	// Runner is the version of gitlab-runner, "18.2.0", as the log's first line has it. "" if it is not said.
	Runner string
	// Client is who was refused: "gitlab-runner" (or the kubelet that pulls for it), "docker", "podman" (and skopeo,
	// buildah), "crane" (and kaniko, ko), "buildkit". "" if that cannot be told.
	Client string
}

// The values of Refusal.Client.
const (
	runner   = "gitlab-runner"
	docker   = "docker"
	podman   = "podman"
	crane    = "crane"
	buildkit = "buildkit"
)

// ErrNoRefusal means that no registry has refused anything in a log.
var ErrNoRefusal = errors.New("the log has no refused pull in it")

// Read reads a log to its end and returns the last refusal in it: that is what the job has stumbled over, while those
// before it were survived (by the next pull policy, a retry, a "|| true"). The error is ErrNoRefusal or r's own. A pull
// that failed for another reason (no such tag, no route, a rate limit, a full disk) is not a refusal.
func Read(r io.Reader) (Refusal, error) {
	var s story
	if err := eachLine(r, s.line); err != nil {
		return Refusal{}, fmt.Errorf("read the log: %w", err)
	}
	return s.end()
}
