package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// madeUp makes up config files as users, scripts, old Dockers and other tools may have left them. Its chances are in
// percent.
type madeUp struct {
	*rand.Rand

	registry string
}

func (m madeUp) chance(percent int) bool { return m.IntN(100) < percent }

func pick[T any](m madeUp, from ...T) T { return from[m.IntN(len(from))] }

// file makes up the text of a file.
func (m madeUp) file() string {
	switch {
	case m.chance(1):
		return pick(m, "", "\n", " \t\r\n", "{}", "{ }\n")
	case m.chance(2):
		return pick(m, "{", "\xef\xbb\xbf{}", `{"auths": []}`, `{"auths": {"x": 1}}`, `{"credHelpers": {"x": 1}}`, `[]`)
	}
	var members []string
	for range 1 + m.IntN(7) {
		members = append(members, m.member())
	}
	return m.space() + m.object(members) + m.space()
}

// member makes up a member of the file.
func (m madeUp) member() string {
	auths, helpers := m.folded("auths"), m.folded("credHelpers")
	switch {
	case m.chance(10):
		return m.pair(pick(m, auths, helpers), "null")
	case m.chance(45):
		return m.pair(auths, m.objectOf(8, m.entry))
	case m.chance(50):
		return m.pair(helpers, m.objectOf(4, m.helper))
	case m.chance(20):
		return m.pair(m.folded("credsStore"), pick(m, `""`, "null", `"gitlabjob"`, `"testvault"`)) // the last keeps nothing
	}
	return pick(m,
		m.pair("psFormat", `"table {{.ID}}\t\u003c"`), m.pair("limit", "1e400"), m.pair("credHelper", `{"x": 1.0}`),
		m.pair("HttpHeaders", `{"X-Meta-Source": "a/b\/c"}`), m.pair("plugins", `{"auths": {"x": "y"}}`),
		m.pair("aliases", `{"builder": "buildx"}`), m.pair("x\xff", `[1, {"auths": null}, -0.0]`), m.pair("", `{"": ""}`))
}

// entry makes up a member of "auths".
func (m madeUp) entry() string {
	key := m.foreign()
	if m.chance(50) {
		key = m.spelling()
	}
	if m.chance(10) {
		return m.pair(key, pick(m, "null", "{}", `{"email": "a@example.com"}`, `{"auth": ""}`))
	}
	auth := base64.StdEncoding.EncodeToString([]byte("stale:" + stalePassword))
	if m.chance(1) {
		auth = pick(m, "not base64!", "bm8gY29sb24=") // a file that Docker does not load
	}
	var members []string
	for _, member := range []struct{ name, value string }{
		{"auth", auth}, {"username", "stale"}, {"password", stalePassword}, {"identitytoken", "stale-identity"},
		{"registrytoken", "stale-registry"}, {"email", "a@example.com"}, {"serveraddress", key},
	} {
		if m.chance(40) {
			members = append(members, m.pair(m.folded(member.name), m.text(member.value)))
		}
	}
	return m.pair(key, m.object(members))
}

// helper makes up a member of "credHelpers". Of the registry only this helper is in charge, or none by decree.
func (m madeUp) helper() string {
	if m.chance(50) {
		return m.pair(m.foreign(), pick(m, `"pass"`, `"ecr-login"`, `"gitlabjob"`, `""`, "null"))
	}
	return m.pair(m.spelling(), pick(m, `"gitlabjob"`, `""`, "null"))
}

// spelling makes up a key that is about the registry.
func (m madeUp) spelling() string {
	if m.chance(25) {
		return m.registry
	}
	scheme := pick(m, "", "", "https://", "http://", "HTTPS://", "Http://", "docker://", "https://u:p@")
	host := pick(m, m.registry, strings.ToUpper(m.registry), strings.Replace(m.registry, "l", "L", 1))
	return scheme + host + pick(m, "", "", "/", "/v1/", "/v2/", "/v2", "/group", "/group/app", "/group/app/")
}

// foreign makes up a key that is about another registry, or about none.
func (m madeUp) foreign() string {
	name, _, _ := strings.Cut(m.registry, ":")
	return pick(m, "https://index.docker.io/v1/", "quay.example.invalid", "ghcr.example.invalid/owner", name, name+":1",
		m.registry+"0", "sub."+m.registry, m.registry+".example.invalid", "example.invalid/"+m.registry,
		m.registry+"@example.invalid", "https://example.invalid/?"+m.registry, "[::1]:5000", "not a host", "")
}

// folded returns a name as encoding/json takes it too, now and then.
func (m madeUp) folded(name string) string {
	if m.chance(80) {
		return name
	}
	return pick(m, strings.ToUpper(name), strings.ToLower(name), strings.Title(name), strings.ReplaceAll(name, "s", "ſ")) //nolint:staticcheck // the names are ASCII
}

// objectOf makes up an object of up to n members.
func (m madeUp) objectOf(n int, member func() string) string {
	var members []string
	for range m.IntN(n + 1) {
		members = append(members, member())
	}
	if len(members) > 0 && m.chance(10) {
		members = append(members, members[0]) // a key that comes twice
	}
	return m.object(members)
}

func (m madeUp) object(members []string) string {
	if m.chance(30) { // all on lines of their own, as Docker writes them
		end := pick(m, "\n", "\r\n")
		return "{" + end + "\t" + strings.Join(members, ","+end+"\t") + end + "}"
	}
	var text strings.Builder
	for i, member := range members {
		if i > 0 {
			text.WriteString(m.space() + ",")
		}
		text.WriteString(m.space() + member)
	}
	return "{" + text.String() + m.space() + "}"
}

// pair makes up how a member is written; value is JSON.
func (m madeUp) pair(name, value string) string {
	return m.text(name) + m.space() + ":" + m.space() + value
}

// text makes up how a string is written, in one of the ways that JSON has for it.
func (m madeUp) text(s string) string {
	plain, err := json.Marshal(s)
	if err != nil || strings.Contains(s, "\xff") {
		return `"` + s + `"`
	}
	switch {
	case s != "" && m.chance(5):
		return fmt.Sprintf(`"\u%04x%s`, s[0], plain[2:])
	case m.chance(5):
		return strings.ReplaceAll(string(plain), "/", `\/`)
	}
	return string(plain)
}

func (m madeUp) space() string { return pick(m, "", "", " ", " ", "\t", "\n", "\r\n  ", "\n\t\t") }
