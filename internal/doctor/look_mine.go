package doctor

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/homes"
)

// kanikoConfig is where kaniko's image has its config (GoogleContainerTools/kaniko, DOCKER_CONFIG in its Dockerfile).
const kanikoConfig = "/kaniko/.docker/config.json"

// mine looks at the files of who asks, where the environment says they are.
func (l *Looking) mine() User {
	home := l.home()
	u := User{Name: l.Me.Name, Mine: true, home: home}
	take := func(path string, format Format) *clients.File {
		f := l.read(path)
		u.left = append(u.left, l.leftBeside(path)...)
		if f != nil {
			u.Files = append(u.Files, &Place{File: f, Format: format})
		}
		return f
	}
	p := &u.Places
	homeConfig := filepath.Join(home, ".docker", "config.json")
	p.HomeDocker = take(homeConfig, DockerFile)
	p.Docker = p.HomeDocker
	if dir := l.Getenv("DOCKER_CONFIG"); dir != "" && filepath.Join(dir, "config.json") != homeConfig {
		p.Docker = take(filepath.Join(dir, "config.json"), DockerFile)
	}
	p.DockerCfg = take(filepath.Join(home, ".dockercfg"), BareFile)
	if path := l.Getenv("REGISTRY_AUTH_FILE"); path != "" {
		p.Named = true
		p.AuthFile = take(path, AuthFile)
	}
	if dir := l.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		p.XDGRuntime = true
		p.RuntimeAuth = take(filepath.Join(dir, "containers", "auth.json"), AuthFile)
	} else {
		p.RuntimeAuth = take(filepath.Join("/run/containers", uid(l.Me), "auth.json"), AuthFile)
	}
	config := cmp.Or(l.Getenv("XDG_CONFIG_HOME"), filepath.Join(home, ".config"))
	p.ConfigAuth = take(filepath.Join(config, "containers", "auth.json"), AuthFile)
	if p.Docker == nil || p.Docker.Path != kanikoConfig {
		if take(kanikoConfig, DockerFile) != nil {
			u.Files[len(u.Files)-1].Reader = "kaniko"
		}
	}
	l.mySnaps(home, &u)
	if text := l.Getenv(variable); text != "" {
		p.AuthConfig = &clients.File{Path: variable, Text: []byte(text)}
		u.Files = append(u.Files, &Place{File: p.AuthConfig, Format: Variable})
	}
	p.DetectedStore = l.detectedStore()
	p.Helpers = l.asker
	if l.Me.UID == 0 {
		u.left = append(u.left, l.leftBeside("/"+gitlabrunner.ConfigPath)...)
	}
	if l.ofAnothers(u) {
		p.Helpers = unknown{}
	}
	return u
}

// ofAnothers reports whether root would run what another user's file names, or would give it that user's home: there
// gpg and others find settings that name programs as well.
func (l *Looking) ofAnothers(u User) bool {
	theirs := func(path string) bool { return (editfile.File{Path: path}).InAnothers() }
	return l.Me.UID == 0 && (theirs(u.home) || slices.ContainsFunc(u.Files, func(f *Place) bool {
		return f.Format != Variable && theirs(f.Path)
	}))
}

func (l *Looking) mySnaps(home string, u *User) {
	entries, err := os.ReadDir(filepath.Join(home, "snap", "docker"))
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() || e.Name() == "common" {
			continue
		}
		if f := l.read(filepath.Join(home, "snap", "docker", e.Name(), ".docker", "config.json")); f != nil {
			u.Files = append(u.Files, &Place{File: f, Format: SnapFile, Reader: "the docker of the snap"})
		}
	}
}

// read reads a file that is this user's, or that this user's environment names. Root trusts nothing of it where it is
// in somebody else's directory.
func (l *Looking) read(path string) *clients.File {
	file := editfile.File{Path: path}
	file.Strict = file.InAnothers()
	content, err := file.Read()
	if err == nil && content == nil {
		return nil
	}
	return &clients.File{Path: path, Text: content, Err: blocked(path, err)}
}

// detectedStore returns the helper that Docker's CLI takes for this platform where a file says nothing, if it is there
// (docker/cli cli/config/credentials/default_store*.go).
func (l *Looking) detectedStore() string {
	var store string
	switch runtime.GOOS {
	case "darwin":
		store = "osxkeychain"
	case "windows":
		store = "wincred"
	case "linux":
		store = "secretservice"
		if _, err := exec.LookPath("pass"); err == nil {
			store = "pass"
		}
	default:
		return ""
	}
	if _, err := exec.LookPath("docker-credential-" + store); err != nil {
		return ""
	}
	return store
}

func uid(a homes.Account) string { return strconv.Itoa(a.UID) }
