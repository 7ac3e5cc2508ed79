package gitlabrunner

import (
	"cmp"
	"errors"
	"io/fs"
	"os/user"
	"path"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// ConfigPath is the config file of a gitlab-runner that runs as root, and whose service names no other
// (runner:commands/config_unix.go).
const ConfigPath = "etc/gitlab-runner/config.toml"

// SharedWithJobs says why jobs of other people run as me on this machine, whose "/" is root: a shell executor starts
// them as the user that the service names, and whatever that user may read and run, they may. It is "" where none do,
// or nothing says so.
func SharedWithJobs(root fs.FS, me *user.User) string {
	service, err := FindService(root)
	byHand := errors.Is(err, ErrNoService)
	if byHand {
		service, err = Service{User: me.Uid}, nil // started by me, if at all
	}
	if err != nil || !service.runsJobsAs(me) {
		return ""
	}
	config := strings.TrimPrefix(path.Clean("/"+service.config(me)), "/")
	text, err := fs.ReadFile(root, config)
	switch {
	case err == nil && hasShell(text):
		return "gitlab-runner runs the jobs of its shell executor as this user"
	case err == nil || byHand || errors.Is(err, fs.ErrNotExist):
		return ""
	}
	// Mostly root's alone.
	return "gitlab-runner's service runs jobs as this user if it has a shell executor (/" + config + " cannot be read)"
}

// config returns the config file of a service that runs jobs as me (runner:commands/multi.go, config_unix.go).
func (s Service) config(me *user.User) string {
	if named := cmp.Or(s.flag("config", "c"), s.Environment["CONFIG_FILE"]); named != "" {
		return named
	}
	if s.User == "root" || s.User == "0" {
		return ConfigPath
	}
	return path.Join(cmp.Or(s.Environment["HOME"], me.HomeDir), ".gitlab-runner", "config.toml")
}

// runsJobsAs reports whether a shell executor's jobs run as me: as who is named by --user, else as the service's own.
func (s Service) runsJobsAs(me *user.User) bool {
	name := s.flag("user", "u")
	if name == "" {
		name = s.User
	}
	return name == me.Username || name == me.Uid
}

// flag returns the value of a flag of the service's command, or "". Of several the last counts.
func (s Service) flag(long, short string) (last string) {
	for i, word := range s.Command {
		name := strings.TrimLeft(word, "-")
		if name == word {
			continue
		}
		name, value, has := strings.Cut(name, "=")
		if name != long && name != short {
			continue
		}
		if !has && i+1 < len(s.Command) {
			value = s.Command[i+1]
		}
		last = value
	}
	return last
}

// hasShell reports whether a config file has a runner that runs its jobs on the machine itself.
func hasShell(text []byte) bool {
	var config struct {
		Runners []struct {
			Executor string `toml:"executor"`
		} `toml:"runners"`
	}
	if toml.Unmarshal(text, &config) != nil {
		return false
	}
	for _, r := range config.Runners {
		if r.Executor == "shell" {
			return true
		}
	}
	return false
}
