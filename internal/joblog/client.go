package joblog

import (
	"regexp"
	"strings"
)

// mark is a text by which a client is known where it says that it was refused.
type mark struct {
	client string
	texts  []string
}

// marks are asked in their order, because clients quote each other: gitlab-runner an engine, an engine its libraries.
var marks = []mark{
	// kubectl prints what a kubelet says of any pod; the runner leaves out who has said it.
	{"", []string{"kubelet  "}},
	{runner, []string{ // runner:executors/docker/internal/pull, executors/kubernetes/internal/{pull,watchers}
		"ailed to pull image ", "image pull failed: ", "ErrImagePull", `" for container `,
		"Job failed: Error response from daemon: ", "Preparation failed: Error response from daemon: ", // before 13.6
		"Job failed (system failure): Error response from daemon: ",
	}},
	{docker, []string{"Error response from daemon: ", "login attempt to http"}},
	{buildkit, []string{"failed to solve", "insufficient_scope"}},
	{"", []string{"failed to resolve reference ", "response status code 40"}}, // containerd's ctr, nerdctl; oras, helm
	{buildkit, []string{"failed to fetch oauth token", "failed to fetch anonymous token", "unexpected status from "}},
	{podman, []string{ // go.podman.io/image: copy, docker; go.podman.io/common/pkg/auth
		" docker://", "unable to retrieve auth token: ", "equesting bearer token: ", "equesting bear token: ",
		`logging into "`, "authenticating creds for ", "initiating layer upload to ", "checking whether a blob ",
		"eading manifest ", "trying to reuse blob ", "pinging container registry ", "invalid username/password",
	}},
	{crane, []string{"checking push permission", "push check transport"}}, // kaniko
	{docker, []string{"pull access denied for ", "push access denied for ", "error pulling image configuration: "}},
}

// requests are how clients begin their account of a request: Docker with "Get", go-containerregistry with "GET".
var requests = []struct {
	text   func() *regexp.Regexp
	client string
}{
	{expression(`\b(?:GET|HEAD|POST|PUT|PATCH) https?://\S+(?:/v2/|/jwt/auth|scope=repository)\S*: `), crane},
	{expression(`\b(?:Get|Head|Post|Put|Patch) "?https?://[^\s"]+/v2/[^\s"]*"?: `), docker},
}

// wellKnown are the refusals that the CLI of Docker prints with nothing around them, in lower case. Others of that form
// count only below a command of Docker's: any program may print "unauthorized: ".
var wellKnown = []string{
	"denied: access forbidden", "denied: requested access to the resource is denied", "unauthorized: http basic: ",
	"unauthorized: authentication required", "unauthorized: incorrect username or password",
}

// speaker returns whose words a line with a refusal is, and whether they are of a client of registries at all: a job's
// log has the refusals of Git, package managers and clouds as well. before is what the log has named last.
func speaker(line, lower string, before named) (client string, ok bool) {
	for _, m := range marks {
		if containsAny(line, m.texts) {
			return m.client, true
		}
	}
	for _, r := range requests {
		if r.text().MatchString(line) {
			return r.client, true
		}
	}
	if strings.HasPrefix(line, "#") && strings.Contains(line, " ERROR: ") { // a step of BuildKit's
		return buildkit, true
	}
	bare := strings.TrimPrefix(lower, "error: ")
	if strings.HasPrefix(bare, "denied: ") || strings.HasPrefix(bare, "unauthorized: ") {
		if before.client != "" && before.client != runner {
			return before.client, true
		}
		return docker, containsAny(bare, wellKnown)
	}
	return "", false
}
