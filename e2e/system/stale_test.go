package system

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// place is where an old plaintext credential for the registry may be left over.
type place struct {
	name string
	// put puts the credential there; auth is what stands behind "auth" in Docker's config.
	put func(t *testing.T, a *account, auth string)
	// users are the clients that find it there although the helper says that the token has expired. This is what was
	// measured: a list to warn people by, and none to be proud of.
	users []string
}

func places() []place {
	docker, containers := dockerItself(), []string{"skopeo copy", "buildah pull"}
	return []place{
		{"config.json, the host", inConfig(lab.registry), docker},
		{"config.json, https URL of the host", inConfig("https://" + lab.registry), docker},
		{"config.json, the group", inConfig(lab.registry + "/group"), docker},
		{"config.json, the repository", inConfig(lab.registry + "/" + project), append(docker, "crane pull")},
		{"auth.json of the session", inFile("run/containers/auth.json", ""), containers},
		{"auth.json of the user", inFile(".config/containers/auth.json", ""), containers},
		{"auth.json by REGISTRY_AUTH_FILE", inFile("auth.json", "REGISTRY_AUTH_FILE"), containers},
		{"DOCKER_AUTH_CONFIG", inVariable, dockerAuthConfigUsers()},
	}
}

// dockerItself are the ways in which Docker's CLI takes the error of a helper for a warning, and then the entry of its
// own config.json for the same host, whatever scheme or path is written around that: docker/cli's nativeStore.Get
// returns the file's entry along with the error, and ResolveAuthConfig drops the error. Its BuildKit client does not.
func dockerItself() []string {
	users := []string{"docker pull", "docker manifest inspect"}
	if lab.dockerSince(23, 0) { // before, one failing helper cost a classic build every entry (docker/cli pull 3996)
		users = append(users, "docker build, classic")
	}
	return slices.Clip(users)
}

// dockerAuthConfigUsers are the clients that read DOCKER_AUTH_CONFIG: crane's library, and Docker's CLI since 28.3.
func dockerAuthConfigUsers() []string {
	users := []string{"crane pull"}
	if lab.dockerSince(28, 3) {
		users = append(users, dockerItself()...)
	}
	return users
}

// auths is a config file with nothing but one credential.
func auths(key, auth string) string { return fmt.Sprintf(`{"auths": {%q: {"auth": %q}}}`, key, auth) }

// inConfig puts the credential under key beside the helper, in Docker's config.json.
func inConfig(key string) func(*testing.T, *account, string) {
	return func(t *testing.T, a *account, auth string) {
		t.Helper()
		helpers := fmt.Sprintf(`, "credHelpers": {%q: "gitlabjob"}}`, lab.registry)
		a.configure(t, strings.TrimSuffix(auths(key, auth), "}")+helpers)
		lab.plant(a.ConfigPath())
	}
}

// inFile puts the credential into another file of the account's, and its path into variable, if there is one.
func inFile(name, variable string) func(*testing.T, *account, string) {
	return func(t *testing.T, a *account, auth string) {
		t.Helper()
		path := filepath.Join(a.Dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(auths(lab.registry, auth)), 0o600); err != nil {
			t.Fatal(err)
		}
		lab.plant(path)
		if variable != "" {
			a.Set(variable, path)
		}
	}
}

// inVariable puts the credential where GitLab's jobs, and some clients, look for a whole config file.
func inVariable(_ *testing.T, a *account, auth string) {
	a.Set("DOCKER_AUTH_CONFIG", auths(lab.registry, auth))
}

// basic is a credential as Docker writes it behind "auth".
func basic(username, secret string) string {
	return base64.StdEncoding.EncodeToString([]byte(username + ":" + secret))
}

func TestExpiredBesideStalePlaintext(t *testing.T) {
	for _, p := range places() {
		t.Run(p.name, func(t *testing.T) {
			me, token := newExpired(t)
			stale := lab.token(goodToken())
			p.put(t, me, basic("me", stale))
			for _, c := range clients {
				uses := slices.Contains(p.users, c.name)
				name := c.name + "/does not use it"
				if uses {
					name = c.name + "/uses the stale entry all the same (for doctor)"
				}
				t.Run(name, func(t *testing.T) {
					seen := watchSignIns()
					o := c.fetch(t, me, lab.image)
					if used := seen.carried(stale); used != uses || used != (o.code == 0) {
						t.Errorf("it used the stale entry: %t: %v", used, o)
					}
					if !uses {
						o.fails(t, expiredText)
					}
					if seen.carried(token) {
						t.Error("the expired token was used")
					}
				})
			}
		})
	}
}

// Where the helper is told to call an expired token "nothing kept", Docker too leaves config.json's entries alone.
func TestNotFoundKeepsDockerFromStalePlaintext(t *testing.T) {
	for _, p := range places()[:3] {
		t.Run(p.name, func(t *testing.T) {
			me, _ := newExpired(t)
			me.Set("GITLABJOB_ON_MISS", "not-found")
			stale := lab.token(goodToken())
			p.put(t, me, basic("me", stale))
			for _, c := range clients {
				t.Run(c.name, func(t *testing.T) {
					seen := watchSignIns()
					c.fetch(t, me, lab.image).fails(t)
					if seen.carried(stale) {
						t.Error("it used the stale entry")
					}
				})
			}
		})
	}
}

// A job's token outranks the stale entry of an earlier job: the failure that this project exists for.
func TestJobBesideStalePlaintext(t *testing.T) {
	job := newAccount(t)
	job.startAnyJob(t)
	stale := lab.secret("glcbt-64_") // of a job that is over: GitLab does not know it
	inConfig(lab.registry)(t, job, basic("gitlab-ci-token", stale))
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			seen := watchSignIns()
			c.fetch(t, job, lab.image).succeeds(t)
			if seen.carried(stale) {
				t.Error("it used the stale entry")
			}
		})
	}
	t.Run("without the helper", func(t *testing.T) {
		job.configure(t, auths(lab.registry, basic("gitlab-ci-token", stale)))
		for _, c := range clients {
			t.Run(c.name, func(t *testing.T) {
				seen := watchSignIns()
				c.fetch(t, job, lab.image).fails(t)
				if !seen.carried(stale) {
					t.Error("it did not use the stale entry: then nothing was shown above")
				}
			})
		}
		clients[0].fetch(t, job, lab.image).fails(t, gitlabtest.AccessDenied)
	})
}
