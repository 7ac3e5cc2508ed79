package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"

	"github.com/docker/cli/cli/config/configfile"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// dice throws configurations together: what people have, more often than not, and what nobody should have.
type dice struct {
	*rand.Rand

	image   clients.Image
	spots   map[string]spot // where each secret stands
	secrets int
}

// spot is an entry of auths.
type spot struct{ place, key string }

func newDice(seed uint64) *dice {
	return &dice{Rand: rand.New(rand.NewPCG(seed, 0)), spots: make(map[string]spot)}
}

// often is true in percent of a hundred throws.
func (d *dice) often(percent int) bool { return d.IntN(100) < percent }

func oneOf[T any](d *dice, all ...T) T { return all[d.IntN(len(all))] }

// anImage names an image, or a registry alone.
func (d *dice) anImage() string {
	host := oneOf(d, "registry.example.com", "registry.example.com", "registry.example.com:5050",
		"registry.example.com:443", "gitlab.example.com", "Registry.example.com", "localhost:5000", "localhost",
		"127.0.0.1:5000", "[::1]:5000", "docker.io", "index.docker.io", "registry-1.docker.io", "")
	path := oneOf(d, "group/project", "group/project", "group/project/app", "group/a/b/c/d/e", "alpine", "library/alpine",
		"")
	switch {
	case host == "" && path == "":
		return "alpine"
	case host == "":
		return path + oneOf(d, "", ":3", "@sha256:"+strings.Repeat("a", 64))
	case path == "":
		return host
	}
	return host + "/" + path + oneOf(d, "", "", ":1.0", ":5000", ":Latest", "@sha256:"+strings.Repeat("0", 64),
		":1@sha256:"+strings.Repeat("b", 64))
}

// aKey spells something that may mean the image's registry.
func (d *dice) aKey() string {
	host := d.image.Host
	parts := strings.Split(d.image.Path, "/")
	path := strings.Join(parts[:d.IntN(len(parts)+1)], "/")
	if d.often(20) && strings.HasSuffix(host, "docker.io") {
		host = oneOf(d, "docker.io", "index.docker.io", "registry-1.docker.io", "https://index.docker.io/v1/")
	}
	if bare, ok := strings.CutPrefix(host, "["); ok && d.often(30) {
		host = strings.Replace(bare, "]", "", 1)
	}
	if d.often(8) {
		name, port, _ := strings.Cut(host, ":")
		host = oneOf(d, "other.example.com", name, name+":443", name+":", strings.ToUpper(host), strings.ToLower(host),
			"::1:5000", "user@"+host, name+":0"+port, host+".", " "+host, "")
	}
	switch d.IntN(12) {
	case 0, 1, 2, 3:
		return host
	case 4, 5:
		return oneOf(d, "https://", "http://") + host
	case 6:
		return oneOf(d, "https://", "http://", "") + host + "/"
	case 7:
		return oneOf(d, "https://", "http://", "") + host + oneOf(d, "/v1/", "/v2/", "/v1", "/v2", "?a", "#a", "//", ":/")
	case 8, 9:
		return host + "/" + path
	case 10:
		return oneOf(d, "https://", "http://", "") + host + "/" + path + oneOf(d, "", "/", ":1.0", "/more")
	}
	return oneOf(d, "HTTPS://", "ftp://", "http://https://", "https:///", "//", "://", "https:", "https://%zz@") + host
}

// spelt writes a key as JSON.
func (d *dice) spelt(key string) item {
	text, _ := json.Marshal(key) // a string
	spelt := string(text)
	if i := strings.IndexByte(key, 'e'); i >= 0 && d.often(3) {
		spelt = strings.Replace(spelt, "e", `\u0065`, 1)
	}
	return item{key: key, spelt: spelt}
}

// entries are those of auths of what stands at place.
func (d *dice) entries(place string) []item {
	var all []item
	for range d.IntN(5) {
		e := d.spelt(d.aKey())
		e.value = d.entry(spot{place, e.key})
		if len(all) > 0 && d.often(10) {
			e.value = d.twin(all[0].value)
			clear(d.spots) // nobody can tell the two from each other
		}
		all = append(all, e)
		if d.often(2) {
			all = append(all, item{e.key, e.spelt, d.entry(spot{place, e.key})})
		}
	}
	return all
}

// twin is the same entry again, or one that differs in a token.
func (d *dice) twin(value string) string {
	if auth, ok := strings.CutSuffix(value, `"}`); ok && d.often(50) {
		d.secrets++
		return auth + fmt.Sprintf(`", "%s": "token%d"}`, oneOf(d, "identitytoken", "registrytoken"), d.secrets)
	}
	return value
}

// entry is the value of an entry, with a secret of its own.
func (d *dice) entry(at spot) string {
	d.secrets++
	user, secret := fmt.Sprintf("user%d", d.IntN(3)), fmt.Sprintf("%s-secret-%d", at.place, d.secrets)
	d.spots[secret] = at
	auth := base64.StdEncoding.EncodeToString([]byte(user + ":" + secret))
	quoted := `"` + auth + `"`
	switch {
	case d.often(70):
		return `{"auth": ` + quoted + `}`
	case d.often(40):
		return oneOf(d, `{}`, `{}`, `null`, `{"auth": ""}`, `{"auth": null}`, `{"email": "me@example.com"}`)
	case d.often(45):
		members := fmt.Sprintf(`"username": %q, "password": %q`, user, secret)
		return oneOf(d, `{`+members+`}`, `{`+members+`, "auth": ""}`,
			`{"username": "other", "password": "other", "auth": `+quoted+`}`, `{"password": "`+secret+`"}`,
			`{"username": "`+user+`"}`, `{"Auth": `+quoted+`}`, `{"auth": "", "AUTH": `+quoted+`}`)
	case d.often(50):
		token := oneOf(d, "identitytoken", "registrytoken") + `": "` + secret + `-token"`
		return oneOf(d, `{"`+token+`}`, `{"auth": `+quoted+`, "`+token+`}`, `{"username": "`+user+`", "`+token+`}`)
	}
	return d.oddEntry(user, secret, auth)
}

// oddEntry is what docker login would not write.
func (d *dice) oddEntry(user, secret, auth string) string {
	basic := func(text string) string { return `{"auth": "` + base64.StdEncoding.EncodeToString([]byte(text)) + `"}` }
	return oneOf(d, `{"auth": "%%%"}`, `{"auth": "`+auth[:len(auth)-1]+`-"}`, basic("no colon "+secret),
		basic(":"+secret), basic(user+":"), basic(":"), basic("\x00"), basic(user+":"+secret+"\x00\x00"),
		basic(user+":\x00"+secret), basic(user+":"+secret+":more"),
		`{"auth": "`+auth[:8]+`\n`+auth[8:]+`"}`, `{"auth": 5}`, `5`, `"`+auth+`"`, `[]`,
		`{"auth": "%%%", "username": "`+user+`", "password": "`+secret+`"}`, basic(user+":\xff\xfe"+secret),
		`{"auth": "`+strings.TrimRight(auth, "=")+`"}`, `{"auth": "`+auth+`", "serveraddress": 5}`,
		`{"auth": "`+auth+`", "email": 5}`)
}

// helperName is one that is there, or is not.
func (d *dice) helperName() string {
	if d.often(12) {
		return oneOf(d, missingHelpers...)
	}
	names := []string{"blank", "garbage", "mute", "all", "all", "all", "deep", "nothing", "nothing", "nothing"}
	for name := range spokenHelpers {
		names = append(names, name)
	}
	slices.Sort(names)
	return oneOf(d, names...)
}

func (d *dice) credHelpers() []item {
	var all []item
	for range 1 + d.IntN(3) {
		e := d.spelt(d.aKey())
		e.value = `"` + d.helperName() + `"`
		if d.often(2) {
			e.value = oneOf(d, `null`, `5`, `{}`)
		}
		all = append(all, e)
	}
	return all
}

// dockerMembers are the names of all the other members that Docker has types for.
var dockerMembers = func() (names []string) {
	ours := []string{"-", "auths", "credHelpers", "credsStore"}
	for field := range reflect.TypeFor[configfile.ConfigFile]().Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); !slices.Contains(ours, name) {
			names = append(names, name)
		}
	}
	return names
}()

// aDocument is the config file at place.
func (d *dice) aDocument(place string) *document {
	doc := &document{}
	add := func(percent int, m member) {
		if d.often(percent) {
			doc.members = append(doc.members, m)
		}
	}
	add(90, member{name: "auths", entries: d.entries(place)})
	add(45, member{name: "credHelpers", entries: d.credHelpers()})
	add(20, member{name: "credsStore", text: `"` + d.helperName() + `"`})
	add(5, member{name: oneOf(d, "Auths", "AUTHS", "auths", "authſ"), entries: d.entries(place)})
	add(2, member{name: oneOf(d, "credhelpers", "credHelpers", "CREDHELPERS"), entries: d.credHelpers()})
	add(2, member{name: oneOf(d, "credsstore", "CredsStore", "credsStore"), text: `"` + d.helperName() + `"`})
	odd := oneOf(d, `null`, `5`, `[]`, `{}`, `"x"`, `""`)
	add(2, member{name: oneOf(d, "auths", "credHelpers", "credsStore"), text: odd})
	add(10, member{name: oneOf(d, dockerMembers...), text: oneOf(d, `null`, `{}`, `""`, `{"a": "b"}`, `["a"]`)})
	odd = oneOf(d, `5`, `{"a": 5}`, `[5]`, `true`, `{"a": {"b": 5}}`, `{"a": {"httpProxy": 5}}`)
	add(3, member{name: oneOf(d, dockerMembers...), text: odd})
	deep := strings.Repeat("[", 50) + strings.Repeat("]", 50)
	add(3, member{name: oneOf(d, "$schema", "unknown", ""), text: oneOf(d, `5`, `{"auths": 5}`, `"\ud800"`, deep)})
	d.Shuffle(len(doc.members), func(i, j int) { doc.members[i], doc.members[j] = doc.members[j], doc.members[i] })
	if d.often(5) {
		doc.after = oneOf(d, "\n", "garbage", `{"auths": 5}`, "}", "\x00", "\n// a comment", ",")
	}
	if d.often(3) {
		doc.before = oneOf(d, "\ufeff", " ", "\n\t", "//\n", "null", "5 ", `"`)
	}
	if d.often(3) {
		doc = &document{bare: true, before: oneOf(d, "", " ", "\n", "null", "[]", "{", `{"auths"`, "5", "\ufeff")}
	}
	return doc
}
