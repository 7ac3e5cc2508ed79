package doctor

import (
	"context"
	"errors"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/homes"
)

// ServicePath is what systemd gives to services (systemd.exec(5), "PATH").
const ServicePath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// runner looks for a gitlab-runner: its service, its program, its config files, and the files that it pulls with. Where
// there is none, its rules are shown for the files of who asks.
func (l *Looking) runner(ctx context.Context, m *Machine, others []homes.Account) {
	r := &m.Runner
	service, err := gitlabrunner.FindService(l.Root)
	if err == nil {
		r.Found, r.Service = true, &service
	}
	if _, err := exec.LookPath("gitlab-runner"); err == nil {
		r.Found = true
		if v, err := gitlabrunner.AskVersion(ctx); err == nil {
			r.Version = &v
		}
	}
	l.runnerConfigs(r)
	for _, variable := range []string{"CI_REGISTRY", "CI_DEPENDENCY_PROXY_SERVER"} {
		if spelt := l.Getenv(variable); spelt != "" && m.Job.Running() {
			r.Payload = append(r.Payload, spelt) // as it is spelt there, since ports are compared as they are
		}
	}
	at := l.runnerUser(m, others)
	if at < 0 || r.Service == nil && len(r.Configs) == 0 && l.Me.UID != 0 && exists(l.Root, gitlabrunner.ConfigPath) {
		return // it runs as somebody else, whose files are not ours to read
	}
	u := &m.Users[at]
	u.Pulls = true
	r.User, r.Mine = u.Name, u.Mine
	places := clients.Places{HomeDocker: u.Places.HomeDocker, DockerCfg: u.Places.DockerCfg, Helpers: unknown{}}
	if _, nobody := u.Places.Helpers.(unknown); u.Mine && !nobody {
		places.Helpers = l.asker.in(l.runnerEnv(r.Service))
	}
	if variable := m.Users[0].Places.AuthConfig; variable != nil && m.Job.Running() {
		places.AuthConfig = variable // a job's variable comes before what config.toml sets
		r.Pulls = []clients.Places{places}
		return
	}
	for _, f := range r.Files {
		with := places
		with.AuthConfig = f.File
		r.Pulls = append(r.Pulls, with)
	}
	if len(r.Pulls) == 0 || r.plain() {
		r.Pulls = append(r.Pulls, places)
	}
}

// plain reports whether one of the runners sets no DOCKER_AUTH_CONFIG.
func (r *Runner) plain() bool {
	for _, c := range r.Configs {
		for _, one := range c.Config.Runners {
			if one.AuthConfig == "" {
				return true
			}
		}
	}
	return false
}

// runnerUser returns whose files gitlab-runner pulls with: the place among m.Users, or -1 where they cannot be seen.
func (l *Looking) runnerUser(m *Machine, others []homes.Account) int {
	dir := l.home()
	if l.Me.UID == 0 && (editfile.File{Path: filepath.Join(dir, "x")}).InAnothers() {
		dir = l.Me.Dir // HOME is somebody else's, as after a sudo that keeps it
	}
	if s := m.Runner.Service; s != nil {
		home, err := s.Home()
		if err != nil {
			return -1
		}
		dir = home
	} else if c := m.Runner.Configs; len(c) == 1 && strings.HasSuffix(c[0].Path, "/"+runnerInHome) {
		dir = filepath.Dir(filepath.Dir(c[0].Path)) // somebody has started it by hand
	}
	theirs := func(u User) bool { return filepath.Clean(u.home) == filepath.Clean(dir) }
	if at := slices.IndexFunc(m.Users, theirs); at >= 0 {
		return at
	}
	for _, a := range others {
		if filepath.Clean(a.Dir) == filepath.Clean(dir) { // there is nothing in it, which is all that there is to know
			m.Users = append(m.Users, User{Name: a.Name, Mine: a.UID == l.Me.UID, home: a.Dir})
			return len(m.Users) - 1
		}
	}
	return -1
}

// runnerEnv is the environment of gitlab-runner's own process, which resolves credentials before there is a job: the
// service's, else this one less the job.
func (l *Looking) runnerEnv(s *gitlabrunner.Service) []string {
	env := slices.DeleteFunc(slices.Clone(l.Env), func(v string) bool {
		return strings.HasPrefix(v, "CI_") || s != nil && strings.HasPrefix(v, "GITLABJOB_")
	})
	if s == nil {
		return env
	}
	env = append(env, "PATH="+ServicePath)
	if home, err := s.Home(); err == nil {
		env = append(env, "HOME="+home)
	}
	for name, value := range s.Environment {
		env = append(env, name+"="+value)
	}
	return env
}

func exists(root fs.FS, name string) bool {
	_, err := fs.Stat(root, name)
	return err == nil || !errors.Is(err, fs.ErrNotExist)
}
