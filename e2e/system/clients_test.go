package system

import (
	"os"
	"path/filepath"
	"testing"
)

// client is a program that fetches an image, or what an image is made of, from a registry.
type client struct {
	name  string
	fetch func(t *testing.T, a *account, image string) outcome
}

// clients are all that are looked at. Each begins with nothing, so that the registry is really asked.
var clients = []client{
	{"docker pull", func(t *testing.T, a *account, image string) outcome {
		t.Helper()
		emptyEngine(t)
		return a.run(t, "", lab.docker, "pull", image)
	}},
	{"docker build, classic", func(t *testing.T, a *account, image string) outcome {
		t.Helper()
		emptyEngine(t)
		a.Set("DOCKER_BUILDKIT", "0")
		return a.run(t, dockerfile(image), lab.docker, "build", "--network=host", "--force-rm", "-")
	}},
	{"docker build, BuildKit", func(t *testing.T, a *account, image string) outcome {
		t.Helper()
		emptyEngine(t)
		a.Set("DOCKER_BUILDKIT", "1")
		return a.run(t, dockerfile(image), debianDocker, "build", "--network=host", "--progress=plain", "-")
	}},
	{"docker manifest inspect", func(t *testing.T, a *account, image string) outcome {
		t.Helper()
		return a.run(t, "", lab.docker, "manifest", "inspect", "--insecure", image)
	}},
	{"skopeo copy", func(t *testing.T, a *account, image string) outcome {
		t.Helper()
		return a.run(t, "", "skopeo", "--insecure-policy", "copy", "--src-tls-verify=false",
			"docker://"+image, "dir:"+fresh(t, a))
	}},
	{"buildah pull", func(t *testing.T, a *account, image string) outcome {
		t.Helper()
		dir := fresh(t, a)
		return a.run(t, "", "buildah", "--root", filepath.Join(dir, "root"), "--runroot", filepath.Join(dir, "run"),
			"--storage-driver", "vfs", "pull", "--tls-verify=false", image)
	}},
	{"crane pull", func(t *testing.T, a *account, image string) outcome {
		t.Helper()
		return a.run(t, "", "crane", "pull", "--insecure", image, filepath.Join(fresh(t, a), "image.tar"))
	}},
}

// dockerfile is a build that needs the image itself and not only its name.
func dockerfile(image string) string { return "FROM " + image + "\nRUN [\"/bin/busybox\", \"true\"]\n" }

// emptyEngine removes every image and everything that the builders remember.
func emptyEngine(t *testing.T) {
	t.Helper()
	operator := newAccount(t)
	operator.configure(t, "{}")
	operator.run(t, "", debianDocker, "system", "prune", "--all", "--force").succeeds(t)
}

// fresh returns a new directory of the account's, as its programs see it.
func fresh(t *testing.T, a *account) string {
	t.Helper()
	dir := newDir(t, a.Dir)
	if a.inside == "" {
		return dir
	}
	if err := os.Chown(dir, a.uid, a.uid); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(a.inside, filepath.Base(dir))
}
