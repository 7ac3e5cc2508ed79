package system

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// otherProject is another private project, which the token of a job of the first one does not open.
const otherProject = "group/other"

// shellJob is a job of a shell executor: its home is the runner's user's, as that of all the others is.
type shellJob struct {
	*account

	project, token, image string
}

// Two jobs at once in one home, each with a token for its own project alone, after a third whose `docker login` is left.
func TestConfigureInTwoJobsAtOnce(t *testing.T) {
	home := newAccount(t)
	jobs := []shellJob{newShellJob(t, home, project), newShellJob(t, home, otherProject)}
	copyImage(t, lab.image, jobs[1].image)
	stale := lab.secret("glcbt-64_")
	seen := watchSignIns()
	const rounds = 4
	for range rounds {
		home.configure(t, dockerConfig(map[string]string{"https://" + lab.registry: basic("gitlab-ci-token", stale)}))
		t.Run("round", func(t *testing.T) {
			for _, job := range jobs {
				t.Run(job.project, func(t *testing.T) {
					t.Parallel()
					job.runConfigure(t).succeeds(t)
					job.run(t, "", lab.docker, "pull", job.image).succeeds(t)
					job.run(t, "", lab.docker, "image", "rm", job.image).succeeds(t)
					job.run(t, "", "skopeo", "--insecure-policy", "copy", "--src-tls-verify=false",
						"docker://"+job.image, "dir:"+fresh(t, job.account)).succeeds(t)
				})
			}
		})
		home.configIs(t, dockerConfig(nil, lab.registry, strings.TrimPrefix(lab.gitlab.URL, "http://")))
	}
	for _, job := range jobs {
		const fetches = 2 // by Docker and by skopeo
		others := slices.DeleteFunc(seen.scopes(job.token), func(scope string) bool {
			return scope == "repository:"+job.project+":pull"
		})
		if n := seen.times(job.token); n < fetches*rounds || len(others) > 0 {
			t.Errorf("%s: its token was used %d times, and for %q", job.project, n, others)
		}
	}
	if seen.carried(stale) {
		t.Error("the stale token was used")
	}
	// What is shown above shows something: with the other job's token a pull fails.
	jobs[0].run(t, "", lab.docker, "pull", jobs[1].image).fails(t)
}

// newShellJob returns a job of the project in the given home.
func newShellJob(t *testing.T, home *account, project string) shellJob {
	t.Helper()
	job := shellJob{newAccount(t), project, lab.secret("glcbt-64_"), lab.registry + "/" + project + ":1"}
	job.startJob(t, job.token)
	job.Set("HOME", home.Dir)
	job.Set("CI_PROJECT_PATH", project)
	job.Set("CI_REGISTRY_IMAGE", lab.registry+"/"+project)
	lab.token(gitlabtest.Token{Secret: job.token, Kind: gitlabtest.JobToken, Projects: []string{project}})
	return job
}

// scopes returns what registry rights were asked for with the secret.
func (s signIns) scopes(secret string) (all []string) {
	for _, request := range lab.gitlab.Seen()[s.before:] {
		if request.Carried(secret) {
			all = append(all, request.Scopes...)
		}
	}
	return all
}

// copyImage gives an image of the registry another name there, without any of the programs under test.
func copyImage(t *testing.T, from, to string) {
	t.Helper()
	var refs []name.Reference
	for _, image := range []string{from, to} {
		ref, err := name.ParseReference(image)
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, ref)
	}
	owner := remote.WithAuth(lab.owner())
	image, err := remote.Image(refs[0], remote.WithContext(t.Context()), owner)
	if err == nil {
		err = remote.Write(refs[1], image, remote.WithContext(t.Context()), owner)
	}
	if err != nil {
		t.Fatal(err)
	}
}
