package joblog

import (
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

func TestWord(t *testing.T) {
	const tail = "1aB2_c-D3.e="
	for text, want := range map[string]string{
		"  two\t words\u2028\x00 and\x7f\u202e more ":                 "two words and more",
		"bad \xff\xfe UTF-8 \ufffd!":                                  "bad UTF-8 !",
		"token glpat-" + tail + ", yes":                               "token [redacted], yes",
		"acme_x-glpat-" + tail:                                        "[redacted]",
		"GLPAT-" + tail:                                               "[redacted]",
		"glpat-\x1f" + tail:                                           "[redacted]",
		"-p=gldt-" + tail + "&glcbt-1_x glrt-t1_x":                    "-p=[redacted]&[redacted] [redacted]",
		"gloas-1 glptt-1 glft-1 glrtr-1 glimt-1":                      "[redacted] [redacted] [redacted] [redacted] [redacted]",
		"glcbt-eyJhbGciOiJSUzI1NiJ9.eyJqdGkiOiJ9.c-s":                 "[redacted]",
		"Bearer eyJhbGciOiJSUzI1NiJ9.eyJqdGkiOiJ9.cs":                 "Bearer [redacted]",
		"glpat- and glibc-2.31":                                       "glpat- and glibc-2.31",
		"see https://me:s3cr@t@example.com/x":                         "see https://[redacted]@example.com/x",
		"see https://me:a/b@example.com":                              "see https://[redacted]@example.com",
		"Authorization: Basic dTpodW50ZXIycHc= !":                     "Authorization: Basic [redacted] !",
		`got {"auth": "dTpodW50ZXIycHc="}`:                            `got {"auth": "[redacted]"}`,
		"GET /jwt/auth?account=u&password=hunter2":                    "GET /jwt/auth?account=u&password=[redacted]",
		"docker login -u u -p hunter2 x":                              "docker login -u u -p [redacted] x",
		"docker login --password=hunter2 x":                           "docker login --password=[redacted] x",
		"docker login --password hunter2 x":                           "docker login --password [redacted] x",
		"was 64_abcdefghij0123456789, it was":                         "was [redacted], it was",
		"unable to retrieve auth token: invalid":                      "unable to retrieve auth token: invalid",
		"requesting bearer token: invalid, HTTP Basic: Access denied": "requesting bearer token: invalid, HTTP Basic: Access denied",
		"GET /jwt/auth?scope=repository:a:pull":                       "GET /jwt/auth?scope=repository:a:pull",
		strings.Repeat("é", 150):                                      strings.Repeat("é", 150),
		strings.Repeat("é", 151):                                      strings.Repeat("é", 148) + "...",
		"x" + strings.Repeat("é", 150):                                "x" + strings.Repeat("é", 148) + "...",
		strings.Repeat("x", 295) + " glpat-" + tail:                   strings.Repeat("x", 295) + " [...",
	} {
		if got := word(text); got != want {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
	}
}

// Each token that this program knows is taken out, whatever its kind.
func TestWordOfEachToken(t *testing.T) {
	for _, prefix := range append(credentials.TokenPrefixes(), "gltok-") {
		for _, text := range []string{prefix + "1aB2_c", "acme-" + prefix + "1aB2_c", strings.ToUpper(prefix) + "1"} {
			if got := word("a " + text + " b"); got != "a [redacted] b" {
				t.Errorf("%q: %q", text, got)
			}
		}
	}
}

func TestRefusalWord(t *testing.T) {
	for text, want := range map[string]string{
		"denied: no (manager.go:237:0s)":  "denied: no",
		"denied: no (executor.go:1:12s) ": "denied: no",
		"denied: no (see manager.go)":     "denied: no (see manager.go)",
		`denied: \"no\""`:                 `denied: "no"`,
		`denied: "no"`:                    `denied: "no"`,
		`denied: no"`:                     "denied: no",
	} {
		if got := refusalWord(text); got != want {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
	}
}

// What gitlab-runner says of itself is the log's word as well.
func TestRunnerAndSource(t *testing.T) {
	const rest = "\nERROR: Job failed: Error response from daemon: unauthorized: no\n"
	for first, want := range map[string]Refusal{
		"Running with gitlab-runner 18.2.0 (3a4b5c6d)":                                                       {Runner: "18.2.0"},
		"Running with gitlab-runner 16.3.0~beta.108.g2b6048b4 (2b6048b4)":                                    {Runner: "16.3.0~beta.108.g2b6048b4"},
		"Running with gitlab-runner development version (HEAD)":                                              {},
		"Running with gitlab-runner 18.2.0\nRunning with gitlab-runner 1.0 (x)":                              {Runner: "18.2.0"},
		"Authenticating with credentials from $DOCKER_AUTH_CONFIG":                                           {Source: "$DOCKER_AUTH_CONFIG"},
		`Authenticating with credentials from C:\Users\ci\.docker\config.json`:                               {Source: `C:\Users\ci\.docker\config.json`},
		"Authenticating with credentials from glpat-x":                                                       {Source: "[redacted]"},
		"Authenticating with credentials from a\nPulling docker image x:1 ...":                               {Source: "a", Image: "x:1"},
		"Authenticating with credentials from a\nPulling docker image x:1 ...\nPulling docker image y:1 ...": {Image: "y:1"},
		"Pulling docker image --x ...":                                                                       {},
	} {
		want.Word, want.Client = "unauthorized: no", runner
		if got, err := Read(strings.NewReader(first + rest)); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", first, got, err, want)
		}
	}
}
