package system

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// predicted says which of the real programs is which of doctor's clients.
var predicted = map[string]string{
	"docker pull": "docker", "docker build, BuildKit": "buildkit", "skopeo copy": "podman", "crane pull": "crane",
}

// What doctor predicts is what GitLab sees: in random config files, each of the real clients signs in as the user that
// doctor names. Every place has a user of its own, and a secret that nobody knows, so that nothing is ever pulled.
func TestDoctorPredictsTheSignIn(t *testing.T) {
	m := newMachine(t)
	m.install(t)
	lab.plant(m.path("/root/.docker/config.json"))
	m.hasHelpers(t)
	const seed, worlds = 20, 30
	dice := rand.New(rand.NewPCG(seed, seed))
	told := make(map[string]int)
	for range worlds {
		config := aConfig(dice)
		m.root.configure(t, config)
		rows := m.diagnose(t, lab.image).Clients
		for _, c := range clients {
			if predicted[c.name] == "" {
				continue
			}
			at := slices.IndexFunc(rows, func(r row) bool { return r.Client == predicted[c.name] && r.User == "root" })
			if at < 0 {
				t.Fatalf("nothing is predicted for %s: %+v", c.name, rows)
			}
			seen := watchSignIns()
			o := c.fetch(t, m.root, lab.image)
			got, want := seen.first(), rows[at].users()
			told[predicted[c.name]+" "+rows[at].Source]++
			if !slices.Contains(want, got) {
				t.Errorf("%s signs in as %q, and not as %q: %+v\n%s\n%v", c.name, got, want, rows[at], config, o)
			}
		}
	}
	for _, client := range []string{"docker", "buildkit", "podman", "crane"} {
		for _, source := range []string{"file", "helper"} {
			if told[client+" "+source] == 0 {
				t.Errorf("%s with a %s has never come up: %v", client, source, told)
			}
		}
	}
}

// users returns as whom the client signs in by doctor's prediction: "" is nobody, or not at all.
func (r row) users() []string {
	if r.Source != "unstable" {
		return []string{r.Username}
	}
	var either []string
	for _, rival := range r.Shadows {
		either = append(either, rival.Username)
	}
	return either
}

// first returns as whom somebody has signed in first; "" where nobody has.
func (s signIns) first() string {
	for _, request := range lab.gitlab.Seen()[s.before:] {
		if request.Endpoint == gitlabtest.SignIn && request.Method == http.MethodGet {
			return request.Username
		}
	}
	return ""
}

// hasHelpers gives the machine a helper for each way in which one may answer. None of them has anything to hide.
func (m *machine) hasHelpers(t *testing.T) {
	t.Helper()
	const notFound = "credentials not found in native keychain"
	m.program(t, "docker-credential-found", `[ "$1" = get ] || { echo "{\"`+lab.registry+`\":\"of-a-helper\"}"; exit 0; }
cat >/dev/null; echo '{"Username":"of-a-helper","Secret":"`+lab.secret("glpat-")+`"}'`)
	lab.plant(m.bin + "/docker-credential-found")
	m.program(t, "docker-credential-nothing", `[ "$1" = get ] || { echo '{}'; exit 0; }
cat >/dev/null; echo `+notFound+`; exit 1`)
	m.program(t, "docker-credential-failing", `cat >/dev/null; echo the keyring is locked; exit 1`)
}

// aConfig throws a config file together.
func aConfig(dice *rand.Rand) string {
	often := func(percent int) bool { return dice.IntN(100) < percent }
	pick := func(from ...string) string { return from[dice.IntN(len(from))] }
	config := make(map[string]any)
	entries := make(map[string]any)
	for user, key := range map[string]string{
		"of-the-host": lab.registry, "of-https": "https://" + lab.registry, "of-http": "http://" + lab.registry,
		"of-v1": "https://" + lab.registry + "/v1/", "of-slash": lab.registry + "/",
		"of-the-group": lab.registry + "/group", "of-the-project": lab.registry + "/" + project,
		"of-another-host": "registry.example.com",
	} {
		entries[key] = user
	}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		user := entries[key].(string)
		switch {
		case often(70):
			delete(entries, key)
		case often(15):
			entries[key] = map[string]string{}
		default:
			entries[key] = map[string]string{"auth": basic(user, lab.secret("glpat-"))}
		}
	}
	if often(90) {
		config["auths"] = entries
	}
	helpers := []string{"found", "found", "nothing", "nothing", "failing", "gone", "gitlabjob"}
	if often(50) {
		key := pick(lab.registry, lab.registry, lab.registry, "https://"+lab.registry)
		config["credHelpers"] = map[string]string{key: pick(helpers...)}
	}
	if often(35) {
		config["credsStore"] = pick(helpers...)
	}
	text, err := json.MarshalIndent(config, "", "\t")
	if err != nil {
		panic(err) // there are only strings in it
	}
	return strings.TrimSpace(string(text))
}
