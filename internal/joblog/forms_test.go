package joblog

import (
	"strings"
	"testing"
)

// Lines of other versions and other clients than in testdata, each as all of a log.
func TestForms(t *testing.T) {
	const denied = "denied: requested access to the resource is denied"
	for line, want := range map[string]Refusal{
		// The engine, and Docker's CLI
		`Error response from daemon: Get https://registry-1.docker.io/v2/: unauthorized: incorrect username or password`:                                                    {"docker.io", "unauthorized: incorrect username or password", "", "", docker},
		`Error response from daemon: login attempt to https://registry.example.com/v2/ failed with status: 401 Unauthorized`:                                                {"registry.example.com", "401 Unauthorized", "", "", docker},
		`login attempt to https://registry.example.com/v2/ failed with status: 403 Forbidden`:                                                                               {"registry.example.com", "403 Forbidden", "", "", docker},
		`docker: Error response from daemon: pull access denied for alpine, repository does not exist or may require 'docker login': ` + denied + `.`:                       {"alpine", "pull access denied for alpine, repository does not exist or may require 'docker login': " + denied + ".", "", "", docker},
		`Error response from daemon: Head "http://localhost:5001/v2/app/manifests/latest": no basic auth credentials`:                                                       {"localhost:5001/app:latest", "no basic auth credentials", "", "", docker},
		`Error response from daemon: failed to resolve reference "ghcr.io/a/b:1": unexpected status from HEAD request to https://ghcr.io/v2/a/b/manifests/1: 403 Forbidden`: {"ghcr.io/a/b:1", "403 Forbidden", "", "", docker},
		`Head "https://registry.gitlab.com/v2/a/spi-base/manifests/0.7.0": unauthorized: HTTP Basic: Access denied`:                                                         {"registry.gitlab.com/a/spi-base:0.7.0", "unauthorized: HTTP Basic: Access denied", "", "", docker},
		` ✘ web Error  Head "https://ghcr.io/v2/a/web/manifests/latest": denied: den...`:                                                                                    {"ghcr.io/a/web:latest", "denied: den...", "", "", docker},
		`docker: error pulling image configuration: download failed after attempts=1: unauthorized: unauthenticated: not with this token`:                                   {"", "unauthorized: unauthenticated: not with this token", "", "", docker},
		`denied: access forbidden`:                 {"", "denied: access forbidden", "", "", docker},
		`ERROR: denied: access forbidden`:          {"", "denied: access forbidden", "", "", docker},
		`unauthorized: authentication required`:    {"", "unauthorized: authentication required", "", "", docker},
		`unauthorized: HTTP Basic: Access denied.`: {"", "unauthorized: HTTP Basic: Access denied.", "", "", docker},
		`Error response from daemon: Get "https://user:secret@registry.example.com/v2/": unauthorized: authentication required`: {"registry.example.com", "unauthorized: authentication required", "", "", docker},
		`Head "https://registry.example.com/v2/g/a/manifests/sha256:4ec37d2a07a0067f4ec37d2a07a0067f": denied: denied`:          {"registry.example.com/g/a@sha256:4ec37d2a07a0067f4ec37d2a07a0067f", "denied: denied", "", "", docker},
		`Get "https://registry.example.com/v2/g/a/manifests/?x": denied: denied`:                                                {"registry.example.com/g/a", "denied: denied", "", "", docker},
		`Get "https://registry.example.com/v2/_catalog": denied: denied`:                                                        {"registry.example.com", "denied: denied", "", "", docker},
		`Get "https://registry.example.com/v2/-/blobs/sha256:aa": denied: denied`:                                               {"registry.example.com", "denied: denied", "", "", docker},
		// BuildKit
		`error: failed to solve: failed to fetch oauth token: unexpected status: 401 Unauthorized`:                                                                                                                                                           {"", "401 Unauthorized", "", "", buildkit},
		`ERROR: failed to solve: failed to fetch anonymous token: unexpected status from GET request to https://gitlab.example.com/jwt/auth?scope=repository%3Ag%2Fa%3Apull&service=container_registry: 403 Forbidden`:                                       {"gitlab.example.com", "403 Forbidden", "", "", buildkit},
		`ERROR: failed to solve: failed to fetch oauth token: unexpected status from GET request to https://gitlab.com/jwt/auth?scope=repository%3Ag%2Fa%3Apull&service=container_registry: 403 Forbidden`:                                                   {"registry.gitlab.com/g/a", "403 Forbidden", "", "", buildkit},
		`ERROR: failed to solve: failed to fetch oauth token: unexpected status from GET request to https://gitlab.example.com/jwt/auth?scope=repository%3Ag%2Fdependency_proxy%2Fcontainers%2Falpine%3Apull&service=dependency_proxy: 403 Forbidden`:        {"gitlab.example.com/g/dependency_proxy/containers/alpine", "403 Forbidden", "", "", buildkit},
		`ERROR: failed to solve: ubuntu:focal: failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.docker.io/token?scope=repository%3Alibrary%2Fubuntu%3Apull&service=registry.docker.io: 401 Unauthorized`: {"ubuntu:focal", "401 Unauthorized", "", "", buildkit},
		`ERROR: failed to solve: failed to fetch oauth token: unexpected status from GET request to https://auth.docker.io/token?scope=repository%3Aa%2Fb%3Apull%2Cpush&service=registry.docker.io: 401 Unauthorized: access token has insufficient scopes`:  {"docker.io/a/b", "401 Unauthorized: access token has insufficient scopes", "", "", buildkit},
		`ERROR: failed to solve: failed to push registry.example.com/g/a:1: unexpected status from POST request to https://registry.example.com/v2/g/a/blobs/uploads/: 403 Forbidden`:                                                                        {"registry.example.com/g/a:1", "403 Forbidden", "", "", buildkit},
		`failed to solve with frontend dockerfile.v0: failed to create LLB definition: pull access denied, repository does not exist or may require authorization: authorization failed`:                                                                     {"", "pull access denied, repository does not exist or may require authorization: authorization failed", "", "", buildkit},
		`#9 ERROR: unauthorized: authentication required`: {"", "unauthorized: authentication required", "", "", buildkit},
		// podman, buildah, skopeo
		`Error: writing blob: initiating layer upload to /v2/g/a/blobs/uploads/ in registry.example.com: requested access to the resource is denied`:                                                          {"registry.example.com", "requested access to the resource is denied", "", "", podman},
		`time="2026-01-02T03:04:05Z" level=fatal msg="trying to reuse blob sha256:aa at destination: checking whether a blob sha256:aa exists in localhost:5428/a/b: authentication required"`:                {"localhost:5428/a/b", "authentication required", "", "", podman},
		`Error: authenticating creds for "registry.example.com": Requesting bearer token: invalid status code from registry 403 (Forbidden)`:                                                                  {"registry.example.com", "invalid status code from registry 403 (Forbidden)", "", "", podman},
		`Error: copying system image from manifest list: parsing image configuration: reading manifest 1 in registry.example.com/g/a: denied: access forbidden`:                                               {"registry.example.com/g/a", "denied: access forbidden", "", "", podman},
		`time="2026-01-02T03:04:05Z" level=fatal msg="copying image from docker://a.example.com/x:1 to docker://b.example.com/x:2: unable to retrieve auth token: invalid username/password: denied: \"no\""`: {"b.example.com/x:2", `invalid username/password: denied: "no"`, "", "", podman},
		// crane, ko, kaniko
		`Error: GET https://index.docker.io/v2/library/app/manifests/1: UNAUTHORIZED: authentication required; [map[Action:pull Class: Name:library/app Type:repository]]`:                                                                                        {"docker.io/library/app:1", "UNAUTHORIZED: authentication required; [map[Action:pull Class: Name:library/app Type:repository]]", "", "", crane},
		`error building image: GET https://gitlab.example.com/jwt/auth?scope=repository%3Ag%2Fa%3Apull&service=container_registry: DENIED: access forbidden`:                                                                                                      {"gitlab.example.com", "DENIED: access forbidden", "", "", crane},
		`error checking push permissions: creating push check transport for registry.example.com:5050 failed: GET https://gitlab.example.com/jwt/auth?scope=repository%3Ag%2Fa%3Apush%2Cpull&service=container_registry: unexpected status code 401 Unauthorized`: {"registry.example.com:5050/g/a", "401 Unauthorized", "", "", crane},
		`Error: pushing image registry.example.com/g/a:1: POST https://registry.example.com/v2/g/a/blobs/uploads/: UNAUTHORIZED: authentication required`:                                                                                                         {"registry.example.com/g/a:1", "UNAUTHORIZED: authentication required", "", "", crane},
		// A kubelet, through the runner and not
		`WARNING: Event retrieved from the cluster: Failed to pull image "registry.example.com/g/a:1": rpc error: code = Unknown desc = Error response from daemon: unauthorized: authentication required`: {"registry.example.com/g/a:1", "unauthorized: authentication required", "", "", runner},
		`  Warning  Failed  5m  kubelet  Failed to pull image "registry.example.com/g/a:1": pulling from host registry.example.com failed with status code [manifests 1]: 401 Unauthorized`:                {"registry.example.com/g/a:1", "401 Unauthorized", "", "", ""},
		`ERROR: Preparation failed: Error response from daemon: Get https://registry.example.com/v2/g/a/manifests/1: denied: access forbidden`:                                                             {"registry.example.com/g/a:1", "denied: access forbidden", "", "", runner},
		// Others
		`Error: GET "https://registry.example.com/v2/g/a/manifests/1": response status code 401: Unauthorized`:                 {"registry.example.com/g/a:1", "Unauthorized", "", "", ""},
		`ctr: failed to resolve reference "registry.example.com/g/a:1": failed to authorize: unexpected status: 403 Forbidden`: {"registry.example.com/g/a:1", "403 Forbidden", "", "", ""},
	} {
		if got, err := Read(strings.NewReader(line)); err != nil || got != want {
			t.Errorf("%s\n%+v, %v;\nwant %+v", line, got, err, want)
		}
	}
}

// A line that names no image is about the one that the same client has named last.
func TestNamedBefore(t *testing.T) {
	const (
		bare  = "unauthorized: no\n"
		build = "error: failed to solve: failed to fetch oauth token: unexpected status: 401 Unauthorized\n"
		push  = "ERROR: failed to solve: unexpected status from POST request to https://a.example.com/jwt/auth?scope=repository%3Ag%2Fa%3Apush: 401 Unauthorized\n"
	)
	for log, want := range map[string]struct{ image, client string }{
		"$ docker pull r.example.com/a:1\n" + bare:                                                                {"r.example.com/a:1", docker},
		"+ docker pull --platform linux/amd64 r.example.com/a:1\n" + bare:                                         {"r.example.com/a:1", docker},
		"$ docker pull r.example.com/a:1 && docker run r.example.com/b\n" + bare:                                  {"r.example.com/a:1", docker},
		"$ docker pull -q r.example.com/a:1 2>/dev/null || true\n" + bare:                                         {"r.example.com/a:1", docker},
		"$ (cd x; podman push docker://r.example.com/a:1)\n" + bare:                                               {"r.example.com/a:1", podman},
		"$ docker push $CI_REGISTRY_IMAGE\n" + bare:                                                               {"", docker},
		"$ docker pull a\n$ docker push $B\n" + bare:                                                              {"", docker},
		"$ docker login -u me -p hunter2\n" + bare:                                                                {"", docker},
		"+ docker login x\n" + bare:                                                                               {"", docker},
		"$ docker push; x r.example.com/a:1\n" + bare:                                                             {"", docker},
		"$ docker pull r.example.com/a:1; x\n" + bare:                                                             {"r.example.com/a:1", docker},
		"$ docker push r.example.com/glpat-1234567890\n" + bare:                                                   {"", docker},
		"$ buildah push x docker://r.example.com/a:1\n" + bare:                                                    {"r.example.com/a:1", podman},
		"Unable to find image 'r.example.com/a:1' locally\n" + bare:                                               {"r.example.com/a:1", docker},
		"Step 1/2 : FROM r.example.com/a:1 AS x\n" + bare:                                                         {"r.example.com/a:1", docker},
		"STEP 1/2: FROM r.example.com/a:1\n" + bare:                                                               {"r.example.com/a:1", podman},
		"Trying to pull r.example.com/a:1...\n" + bare:                                                            {"r.example.com/a:1", podman},
		"INFO[0000] Retrieving image manifest r.example.com/a:1\n" + bare:                                         {"r.example.com/a:1", crane},
		"Pulling docker image r.example.com/a:denied ...\nERROR: Job failed: Error response from daemon: " + bare: {"r.example.com/a:denied", runner},
		" > [internal] load metadata for r.example.com/g/a:1:\n" + build:                                          {"r.example.com/g/a:1", buildkit},
		" > [internal] load metadata for r.example.com/g/a:1:\n" + push:                                           {"r.example.com/g/a:1", buildkit},
		" > [internal] load metadata for r.example.com/g/b:1:\n" + push:                                           {"a.example.com/g/a", buildkit},
		"$ docker pull r.example.com/a:1\n" + build:                                                               {"", buildkit},
		"Pulling docker image r.example.com/a:1 ...\ndenied: access forbidden\n":                                  {"", docker},
		"Pulling docker image r.example.com/a:1 for platform linux/arm64 ...\n" +
			"ERROR: Job failed: Error response from daemon: " + bare: {"r.example.com/a:1", runner},
	} {
		if got, err := Read(strings.NewReader(log)); err != nil || got.Image != want.image || got.Client != want.client {
			t.Errorf("%s%+v, %v; want %+v", log, got, err, want)
		}
	}
}

// What other programs say after a client's command is theirs.
func TestNotOfTheCommandBefore(t *testing.T) {
	for _, command := range []string{
		"$ go test ./...", "+ ./deploy", "$ docker run app", "$ docker exec app x", "$ docker compose up", "$",
	} {
		log := "$ docker pull a\n" + command + " \nunauthorized: no\n"
		if got, err := Read(strings.NewReader(log)); err != ErrNoRefusal {
			t.Errorf("%s: %+v, %v", command, got, err)
		}
	}
}
