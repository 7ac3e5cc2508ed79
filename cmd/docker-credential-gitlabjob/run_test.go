package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// The whole program is tested as a script over the built binary: testdata/script, run by the e2e module. What stands
// here is what a script cannot reach.

// outcome is what a run left behind.
type outcome struct {
	code           int
	stdout, stderr string
}

// play runs the program with words, standard input and an environment of its own.
func play(t *testing.T, input string, env map[string]string, words ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(context.Background(), words, world{
		stdin: strings.NewReader(input), stdout: &stdout, stderr: &stderr,
		getenv: func(name string) string {
			if name == "GITLABJOB_STATE_DIR" {
				return t.TempDir()
			}
			return env[name]
		},
		now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) },
	})
	return outcome{code, stdout.String(), stderr.String()}
}

func TestExitCodesAndStreams(t *testing.T) {
	job := map[string]string{"CI_JOB_TOKEN": "glcbt-64_canary", "CI_REGISTRY": "registry.example.com"}
	for name, c := range map[string]struct {
		words  []string
		input  string
		env    map[string]string
		code   int
		stdout string // a part of it; "" means empty
		stderr string
	}{
		"no verb":       {nil, "", nil, 2, "", "Usage:"},
		"a token":       {[]string{"glpat-canary"}, "", nil, 2, "", "no verb of this program"},
		"unknown verb":  {[]string{"fetch"}, "", nil, 2, "", "no verb of this program"},
		"extra word":    {[]string{"get", "x"}, "", nil, 2, "", "stands alone"},
		"help":          {[]string{"help"}, "", nil, 0, "Usage:", ""},
		"--help":        {[]string{"--help"}, "", nil, 0, "Usage:", ""},
		"version":       {[]string{"version"}, "", nil, 0, program, ""},
		"get in a job":  {[]string{"get"}, "registry.example.com", job, 0, "gitlab-ci-token", ""},
		"get nothing":   {[]string{"get"}, "other.example.com", job, 1, "credentials not found in native keychain\n", ""},
		"get two lines": {[]string{"get"}, "registry.exa\nmple.com", job, 1, "more than one line", "more than one line"},
		"get CRLF":      {[]string{"get"}, "registry.example.com\r\n", job, 0, "gitlab-ci-token", ""},
		"get a secret":  {[]string{"get"}, `{"Secret":"glpat-canary"}`, nil, 1, "is not a registry host", "is not a registry host"},
		"get no URL":    {[]string{"get"}, "\n", nil, 1, "no credentials server URL\n", "error: gitlabjob: no credentials server URL"},
		"erase no URL":  {[]string{"erase"}, "", nil, 1, "no credentials server URL\n", "hint: name the registry"},
		"list nothing":  {[]string{"list"}, "unused", nil, 0, "{}\n", ""},
		"get long line": {[]string{"get"}, strings.Repeat("a", 70_000), nil, 1, "more than 65536 bytes", "more than 65536 bytes"},
		"store no JSON": {[]string{"store"}, "glpat-canary", nil, 1, "JSON object", "JSON object"},
		"store cut off": {[]string{"store"}, `{"Secret":"glpat-canary`, nil, 1, "JSON object", "JSON object"},
		"store empty":   {[]string{"store"}, "", nil, 1, "JSON object", "JSON object"},
		"store number":  {[]string{"store"}, `{"Secret":8675309}`, nil, 1, "Secret is not a string", "Secret is not a string"},
		"store no user": {[]string{"store"}, `{"ServerURL":"a.example"}`, nil, 1, "no credentials username\n", "no credentials username"},
	} {
		t.Run(name, func(t *testing.T) {
			got := play(t, c.input, c.env, c.words...)
			if got.code != c.code {
				t.Errorf("exit %d; want %d", got.code, c.code)
			}
			for stream, pair := range map[string][2]string{"stdout": {got.stdout, c.stdout}, "stderr": {got.stderr, c.stderr}} {
				if text, want := pair[0], pair[1]; !strings.Contains(text, want) || want == "" && text != "" {
					t.Errorf("%s is %q; want %q", stream, text, want)
				}
			}
			if got.code == exitFail && strings.Count(got.stdout, "\n") != 1 {
				t.Errorf("stdout is not one line: %q", got.stdout)
			}
			if strings.Contains(got.stderr, "canary") || strings.Contains(got.stdout+got.stderr, "8675309") {
				t.Errorf("a secret is shown: %q %q", got.stdout, got.stderr)
			}
		})
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestAnAnswerThatDoesNotArriveIsAFailure(t *testing.T) {
	var stderr bytes.Buffer
	code := run(context.Background(), []string{"version"}, world{stdout: closed{}, stderr: &stderr})
	if code != exitFail || !strings.Contains(stderr.String(), "broken pipe") {
		t.Errorf("exit %d, %q", code, stderr.String())
	}
}

func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"a\nb\r\n":              "a b",
		"\x1b[31mred\x1b[0m":    " [31mred [0m",
		"right-to-left \u202e.": "right-to-left  .",
		"ünïcode stays":         "ünïcode stays",
	} {
		if got := oneLine(text); got != want && strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%q becomes %q; want %q", text, got, want)
		}
	}
}
