package system

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/docker/cli/cli/config"
)

// The Docker CLI that is installed may be an old one. What a newer one does about plaintext is seen in the library that
// it reads its config.json with; ResolveAuthConfig, which `docker pull` calls, takes the entry and drops the error.
func TestNewestDockerLibraryBesideStalePlaintext(t *testing.T) {
	for name, c := range map[string]struct {
		put    func(t *testing.T, a *account, auth string)
		helped bool // the helper is asked, and its error returned
		used   bool
	}{
		"nothing stale": {put: func(*testing.T, *account, string) {}, helped: true},
		"config.json, the host/uses the stale entry all the same (for doctor)": {
			put: inConfig(lab.registry), helped: true, used: true,
		},
		"config.json, https URL of the host/uses the stale entry all the same (for doctor)": {
			put: inConfig("https://" + lab.registry), helped: true, used: true,
		},
		"DOCKER_AUTH_CONFIG/uses the stale entry all the same (for doctor)": {put: inVariable, used: true},
	} {
		t.Run(name, func(t *testing.T) {
			me, _ := newExpired(t)
			stale := lab.token(goodToken())
			c.put(t, me, basic("me", stale))
			for _, entry := range me.Env() {
				name, value, _ := strings.Cut(entry, "=")
				t.Setenv(name, value)
			}
			file, err := config.Load(filepath.Dir(me.ConfigPath()))
			if err != nil {
				t.Fatal(err)
			}
			found, err := file.GetAuthConfig(lab.registry)
			if helped := err != nil && strings.Contains(err.Error(), expiredText); helped != c.helped {
				t.Errorf("the helper's error: %v", err)
			}
			if used := found.Password == stale; used != c.used {
				t.Errorf("the stale entry comes out: %t", used)
			}
		})
	}
}
