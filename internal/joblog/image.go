package joblog

import (
	"regexp"
	"strings"
)

// mostImage is more than the longest name that Docker takes (255 bytes), its tag (128) and a digest.
const mostImage = 512

// reference is the form of an image, or of a registry alone: as loose as the names in logs are.
var reference = regexp.MustCompile(`^(?:` +
	`(?:(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::[0-9]+)?/)?` +
	`[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*` +
	`(?::[A-Za-z0-9_][A-Za-z0-9._-]*)?(?:@[a-z0-9]+:[0-9a-fA-F]{32,})?` +
	`|\[[0-9a-fA-F:]+\](?::[0-9]+)?)$`)

// checked returns name if it has the form of an image and hides no token, and "" else.
func checked(name string) string {
	if len(name) > mostImage || !reference.MatchString(name) || redact(name) != name {
		return ""
	}
	return name
}

// forms are the texts in which a refusal names its image, the most telling first. What a weak one finds may be a mere
// word.
var forms = []struct {
	text *regexp.Regexp
	weak bool
}{
	{regexp.MustCompile(`\bimage "([^"]+)"`), false},                          // gitlab-runner, kubelet
	{regexp.MustCompile(`push permission for "([^"]+)"`), false},              // kaniko
	{regexp.MustCompile(`\breference "([^"]+)"`), false},                      // containerd
	{regexp.MustCompile(`.*docker://([^\s"]+)`), false},                       // podman: the last one was at work
	{regexp.MustCompile(`access denied for ([^\s,"]+)`), false},               // Docker
	{regexp.MustCompile(`failed to (?:solve|push):? ([^\s"]+): `), true},      // BuildKit
	{regexp.MustCompile(`metadata for ([^\s"]+)`), true},                      // BuildKit
	{regexp.MustCompile(`([^\s"]+): (?:pull|push) access denied`), true},      // BuildKit
	{regexp.MustCompile(`(?:fetch|pull|push)ing (?:\w+ )?"?([^\s"]+)`), true}, // crane
}

// registries are the texts in which a refusal names only a registry.
var registries = []*regexp.Regexp{
	regexp.MustCompile(`logging into "([^"]+)"`),
	regexp.MustCompile(`creds for "([^"]+)"`),
	regexp.MustCompile(`push check transport for ([^\s"]+) failed`),
	regexp.MustCompile(` in ([^\s"]+): `),
}

// image returns the image that was refused: what the line names, else what the address of a registry in it tells, else
// what the same client has named before, else what the address of the token's issuer tells.
func (s sighting) image() string {
	line := strings.ReplaceAll(s.line, `\"`, `"`)
	for _, form := range forms {
		if found := form.text.FindStringSubmatch(line); found != nil {
			name := checked(strings.TrimRight(found[1], ":,.;"))
			if name != "" && (!form.weak || strings.ContainsAny(name, "/.:")) {
				return name
			}
		}
	}
	registry := ""
	for _, form := range registries {
		if found := form.FindStringSubmatch(line); found != nil && strings.ContainsAny(found[1], ".:") && registry == "" {
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
