package doctor

import (
	"errors"
	"io"
	"io/fs"
	"os/user"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/homes"
)

// runnerInHome is the config file of a gitlab-runner that a user has started (runner:commands/config_unix.go).
const runnerInHome = ".gitlab-runner/config.toml"

// runnerText is a config file that was found.
type runnerText struct {
	path, owner string
	text        []byte
	inHome      bool   // of the owner's
	skipped     string // why root has not read it there
}

// runnerConfigs reads the config files: the system's, the one that the service names, and those in homes.
func (l *Looking) runnerConfigs(r *Runner) {
	paths := map[string]string{
		"/" + strings.TrimPrefix(gitlabrunner.ConfigPath, "/"): "root", filepath.Join(l.home(), runnerInHome): l.Me.Name,
	}
	named := "" // the one that matters to the one user that it is about
	if r.Service != nil {
		if account, err := lookUpUser(r.Service.User); err == nil {
			path := r.Service.ConfigFile(account)
			paths[path] = account.Username
			if account.Username == l.Only {
				named = path
			}
		}
	}
	for path, owner := range paths {
		if slices.ContainsFunc(l.configs, func(c runnerText) bool { return c.path == path }) {
			continue // it was looked at, in that user's home
		}
		c, err := l.readRunners(path, owner)
		switch {
		case err == nil:
			l.configs = append(l.configs, c)
		case !errors.Is(err, fs.ErrNotExist):
			r.Found = true // it is there, for others to read
		}
	}
	if l.Only != "" {
		l.configs = slices.DeleteFunc(l.configs, func(c runnerText) bool { return c.owner != l.Only && c.path != named })
	}
	sort.Slice(l.configs, func(i, j int) bool { return l.configs[i].path < l.configs[j].path })
	for _, c := range slices.CompactFunc(l.configs, func(a, b runnerText) bool { return a.path == b.path }) {
		r.add(c)
	}
}

// add takes in a config file.
func (r *Runner) add(c runnerText) {
	r.Found = true
	if c.skipped != "" {
		r.Configs = append(r.Configs, RunnerConfig{Path: c.path, User: c.owner, InHome: c.inHome, Skipped: c.skipped})
		return
	}
	config, err := gitlabrunner.ParseConfig(c.text)
	r.Configs = append(r.Configs, RunnerConfig{Path: c.path, User: c.owner, InHome: c.inHome, Config: config, Err: err})
	for _, one := range config.Runners {
		if one.AuthConfig != "" {
			file := &clients.File{Path: c.path, Text: []byte(one.AuthConfig)}
			r.Files = append(r.Files, &Place{File: file, Format: RunnerEnv})
			r.Allowed = append(r.Allowed, one.AllowedHelpers)
		}
	}
}

// readRunners reads a config file of gitlab-runner's. Root trusts nothing of it where it is in somebody else's
// directory.
func (l *Looking) readRunners(path, owner string) (runnerText, error) {
	c := runnerText{path: path, owner: owner, inHome: (editfile.File{Path: path}).InAnothers()}
	var err error
	if !c.inHome {
		c.text, err = readBounded(l.Root, path)
		return c, err
	}
	if c.text, err = (editfile.File{Path: path, Strict: true}).Read(); err != nil {
		c.skipped = err.Error()
	} else if c.text == nil {
		return c, fs.ErrNotExist
	}
	return c, nil
}

// readBounded reads a regular file of the machine's.
func readBounded(root fs.FS, path string) ([]byte, error) {
	name := strings.TrimPrefix(filepath.ToSlash(path), "/")
	info, err := fs.Stat(root, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, homes.ErrNotRegular
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// lookUpUser finds a user by name or number.
func lookUpUser(name string) (*user.User, error) {
	if account, err := user.Lookup(name); err == nil {
		return account, nil
	}
	if _, err := strconv.Atoi(name); err != nil {
		return nil, err
	}
	return user.LookupId(name)
}
