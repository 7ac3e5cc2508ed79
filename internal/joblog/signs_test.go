package joblog

import (
	"slices"
	"strings"
	"testing"
)

func TestRefused(t *testing.T) {
	for line, want := range map[string]string{ // what it begins with
		"x: unauthorized: no":                     "unauthorized: no",
		"unauthorized":                            "unauthorized",
		"{\"code\":\"unauthorized\"}":             "unauthorized\"}",
		"failed: 401 unauthorized: http basic":    "401 unauthorized: http basic",
		"x: denied: y":                            "denied: y",
		"msg=\"denied: y":                         "denied: y",
		"desc = denied: y":                        "denied: y",
		"a: http basic: access denied":            "http basic: access denied",
		"unauthorized-user":                       "",
		"registry/unauthorized: manifest unknown": "",
		"unauthorized/app:1 not found":            "",
		"aunauthorized unauthorizeda":             "",
		"x.denied: y":                             "",
		"permission denied: y":                    "",
		"denied/app: unauthorized":                "unauthorized",
		"unauthorized2 unauthorized":              "unauthorized",
		"unauthorized: dial tcp 10.0.0.1:443":     "",
		"unauthorized: x509: unknown authority":   "",
		"unauthenticated pull rate limit":         "",
		"level=debug msg=unauthorized":            "",
		"debu[0000] unauthorized":                 "",
		"not found":                               "",
		"":                                        "",
	} {
		at := refused(line)
		if (at < 0) != (want == "") || at >= 0 && line[at:] != want {
			t.Errorf("%q: %d; want %q", line, at, want)
		}
	}
}

// A line is looked at only if it has one of the telling pieces, so every text that is looked for must have one.
func TestTelling(t *testing.T) {
	texts := slices.Concat(refusals, wellKnown, []string{versionLine, sourceLine, backOff, "Step 1/1 : FROM x"})
	for _, a := range announcements {
		texts = append(texts, a.text)
	}
	for _, prompt := range []string{"$ ", "+ "} {
		texts = append(texts, prompt+"docker push x")
	}
	for _, text := range texts {
		if !tells([]byte(strings.ToLower(text))) {
			t.Errorf("%q is never seen", text)
		}
	}
}
