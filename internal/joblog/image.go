package joblog

import (
	"regexp"
	"strings"
)

// mostImage is more than the longest name that Docker takes (255 bytes), its tag (128) and a digest.
const mostImage = 512

// reference is the form of an image, or of a registry alone: as loose as the names in logs are.
var reference = expression(`^(?:` +
	`(?:(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::[0-9]+)?/)?` +
	`[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*` +
	`(?::[A-Za-z0-9_][A-Za-z0-9._-]*)?(?:@[a-z0-9]+:[0-9a-fA-F]{32,})?` +
	`|\[[0-9a-fA-F:]+\](?::[0-9]+)?)$`)

// checked returns name if it has the form of an image and hides no token, and "" else.
func checked(name string) string {
	if len(name) > mostImage || !reference().MatchString(name) || redact(name) != name {
		return ""
	}
	return name
}

// forms are the texts in which a refusal names its image, the most telling first. What a weak one finds may be a mere
// word.
var forms = []struct {
	text func() *regexp.Regexp
	weak bool
}{
	{expression(`\bimage "([^"]+)"`), false},                          // gitlab-runner, kubelet
	{expression(`push permission for "([^"]+)"`), false},              // kaniko
	{expression(`\breference "([^"]+)"`), false},                      // containerd
	{expression(`.*docker://([^\s"]+)`), false},                       // podman: the last one was at work
	{expression(`access denied for ([^\s,"]+)`), false},               // Docker
	{expression(`failed to (?:solve|push):? ([^\s"]+): `), true},      // BuildKit
	{expression(`metadata for ([^\s"]+)`), true},                      // BuildKit
	{expression(`([^\s"]+): (?:pull|push) access denied`), true},      // BuildKit
	{expression(`(?:fetch|pull|push)ing (?:\w+ )?"?([^\s"]+)`), true}, // crane
}

// registries are the texts in which a refusal names only a registry.
var registries = []func() *regexp.Regexp{
	expression(`logging into "([^"]+)"`),
	expression(`creds for "([^"]+)"`),
	expression(`push check transport for ([^\s"]+) failed`),
	expression(` in ([^\s"]+): `),
}

// image returns the image that was refused: what the line names, else what the address of a registry in it tells, else
// what the same client has named before, else what the address of the token's issuer tells.
func (s sighting) image() string {
	line := strings.ReplaceAll(s.line, `\"`, `"`)
	for _, form := range forms {
		if found := form.text().FindStringSubmatch(line); found != nil {
			name := checked(strings.TrimRight(found[1], ":,.;"))
			if name != "" && (!form.weak || strings.ContainsAny(name, "/.:")) {
				return name
			}
		}
	}
	registry := ""
	for _, form := range registries {
		if found := form().FindStringSubmatch(line); found != nil && strings.ContainsAny(found[1], ".:") && registry == "" {
			registry = checked(found[1])
		}
	}
	before := ""
	if s.before.client == s.client {
		before = s.before.image
	}
	for _, u := range addresses(line) {
		if name := atRegistry(u); name != "" {
			return name
		}
		path := scope(u)
		switch {
		case path == "":
		case registry != "":
			return checked(registry + "/" + path)
		case !strings.Contains(before, path):
			return byIssuer(u, path)
		}
	}
	if registry != "" {
		return registry
	}
	return before
}
