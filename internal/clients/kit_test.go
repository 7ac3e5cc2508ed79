package clients

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// registry is what R stands for in these tests.
const registry = "registry.example.com"

var authOf = regexp.MustCompile(`AUTH\((.*?)\)`)

// written writes AUTH(user) out, as the entry of a user with a secret of their own, and R.
func written(text string) []byte {
	text = authOf.ReplaceAllStringFunc(text, func(auth string) string {
		user := authOf.FindStringSubmatch(auth)[1]
		return fmt.Sprintf(`{"auth": %q}`, base64.StdEncoding.EncodeToString([]byte(user+":secret of "+user)))
	})
	return []byte(regexp.MustCompile(`\bR\b`).ReplaceAllString(text, registry))
}

func fileOf(path, text string) *File {
	if text == "" {
		return nil
	}
	return &File{Path: path, Text: written(text)}
}

// withDocker has one file, Docker's.
func withDocker(text string) Places {
	p := Places{Docker: fileOf("config.json", text), Helpers: theHelpers}
	p.HomeDocker = p.Docker
	return p
}

// theHelpers are one of each kind; any other name is Missing.
var theHelpers = tableHelpers{
	"good":    {registry: {Username: "helped", Secret: "s"}, hubKey: {Username: "helped", Secret: "s"}},
	"token":   {registry: {Username: "<token>", Secret: "s"}},
	"blank":   {registry: {}},
	"nothing": {},
	"failing": {registry: {Error: "the vault is locked"}},
}

func predict(t *testing.T, client Client, p Places, image string) string {
	t.Helper()
	i, err := ParseImage(strings.Replace(image, "R", registry, 1))
	if err != nil {
		t.Fatal(err)
	}
	return shown(Predict(client, p, i))
}

// shown writes an answer on one line: what wins, or what may; "stops at" an error, or "after" one; and behind each ">"
// what it hides.
func shown(a Answer) string {
	var b strings.Builder
	switch {
	case a.Source == Unstable:
		b.WriteString("any of " + shownAll(a.Rivals, ", "))
	case a.Stops:
		b.WriteString("stops at " + shownOne(a.Credential))
	default:
		b.WriteString(shownOne(a.Credential))
	}
	if a.Failed != nil {
		b.WriteString(" after " + shownOne(*a.Failed))
	}
	if len(a.Shadows) > 0 {
		b.WriteString(" > " + shownAll(a.Shadows, " > "))
	}
	return strings.ReplaceAll(b.String(), registry, "R")
}

func shownAll(all []Credential, separator string) string {
	var texts []string
	for _, c := range all {
		texts = append(texts, shownOne(c))
	}
	return strings.Join(texts, separator)
}

func shownOne(c Credential) string {
	parts := []string{string(c.Source)}
	if c.Helper == "" && c.Key != "" {
		parts = append(parts, c.Key)
	}
	if c.Path != "config.json" && c.Path != "" {
		parts = append(parts, "in "+c.Path)
	}
	if c.Helper != "" {
		parts = append(parts, c.Helper)
	}
	if c.Outcome != "" && c.Outcome != Found {
		parts = append(parts, string(c.Outcome))
	}
	if c.Identity {
		parts = append(parts, "token")
	}
	if c.Username != "" {
		parts = append(parts, c.Username)
	}
	return strings.Join(parts, " ")
}
