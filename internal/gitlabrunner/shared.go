package gitlabrunner

import (
	"cmp"
	"errors"
	"io/fs"
	"os/user"
	"path"
	"slices"
	"strings"
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
	config := strings.TrimPrefix(service.ConfigFile(me), "/")
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

// ConfigFile returns the config file of a service that runs as me, as an absolute path (runner:commands/multi.go,
// config_unix.go).
func (s Service) ConfigFile(me *user.User) string {
	named := cmp.Or(s.flag("config", "c"), s.Environment["CONFIG_FILE"])
	switch {
	case named != "":
	case s.User == "root" || s.User == "0":
		named = ConfigPath
	default:
		named = configIn(cmp.Or(s.Environment["HOME"], me.HomeDir))
	}
	return path.Clean("/" + named)
}

// configIn returns the config file of a gitlab-runner that does not run as root.
func configIn(home string) string { return path.Join(home, ".gitlab-runner", "config.toml") }

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
	config, err := ParseConfig(text)
	return err == nil && slices.ContainsFunc(config.Runners, func(r Runner) bool { return r.Executor == "shell" })
}
