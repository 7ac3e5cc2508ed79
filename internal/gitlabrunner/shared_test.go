package gitlabrunner

import (
	"errors"
	"io/fs"
	"os/user"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	shellConfig = "concurrent = 4\n[[runners]]\n  name = \"a\"\n  executor = \"shell\"\n"
	atEtc       = "etc/gitlab-runner/config.toml"
	atHome      = "home/ci/.gitlab-runner/config.toml"

	runsJobs = "gitlab-runner runs the jobs of its shell executor as this user"
	mayRun   = "gitlab-runner's service runs jobs as this user if it has a shell executor (/etc/gitlab-runner/config.toml cannot be read)"
)

// forbidden are the machine's files, one of which belongs to somebody else.
type forbidden struct {
	fs.FS
	name string
}

func (f forbidden) Open(name string) (fs.File, error) {
	if name == f.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return f.FS.Open(name)
}

// starts is a unit that runs gitlab-runner with these arguments, and has these lines besides.
func starts(arguments string, lines ...string) string {
	return "[Service]\nExecStart=/usr/bin/gitlab-runner " + arguments + "\n" + strings.Join(lines, "\n") + "\n"
}

func TestSharedWithJobs(t *testing.T) {
	ci := &user.User{Username: "ci", Uid: "1001", HomeDir: "/home/ci"}
	jane := &user.User{Username: "jane", Uid: "1000", HomeDir: "/home/jane"}
	root := &user.User{Username: "root", Uid: "0", HomeDir: "/root"}
	const docker = "[[runners]]\nexecutor = \"docker\"\n"
	for name, c := range map[string]struct {
		unit    string // "" for none
		configs map[string]string
		me      *user.User
		want    string
	}{
		"--user":                {starts(`"run" "--config" "/etc/gitlab-runner/config.toml" "--user" "ci"`), map[string]string{atEtc: shellConfig}, ci, runsJobs},
		"-u":                    {starts(`run -u ci`), map[string]string{atEtc: shellConfig}, ci, runsJobs},
		"--user=":               {starts(`run --user=ci`), map[string]string{atEtc: shellConfig}, ci, runsJobs},
		"-user":                 {starts(`run -user "ci" --syslog`), map[string]string{atEtc: shellConfig}, ci, runsJobs},
		"a user's number":       {starts(`run --user 1001`), map[string]string{atEtc: shellConfig}, ci, runsJobs},
		"the last --user":       {starts(`run --user jane --user=ci`), map[string]string{atEtc: shellConfig}, ci, runsJobs},
		"not the last --user":   {starts(`run --user jane --user=ci`), map[string]string{atEtc: shellConfig}, jane, ""},
		"another's --user":      {starts(`run --user ci`), map[string]string{atEtc: shellConfig}, jane, ""},
		"root, with a --user":   {starts(`run --user ci`), map[string]string{atEtc: shellConfig}, root, ""},
		"root, without":         {starts(`run`), map[string]string{atEtc: shellConfig}, root, runsJobs},
		"--user of nobody":      {starts(`run --user=`), map[string]string{atEtc: shellConfig}, root, runsJobs},
		"a --user cut off":      {starts(`run --user`), map[string]string{atEtc: shellConfig}, root, runsJobs},
		"somebody, without":     {starts(`run`), map[string]string{atEtc: shellConfig}, jane, ""},
		"a word, not a flag":    {starts(`run user ci`), map[string]string{atEtc: shellConfig}, ci, ""},
		"another flag's name":   {starts(`run --users ci --user-mode ci`), map[string]string{atEtc: shellConfig}, ci, ""},
		"no command":            {"[Service]\nUser=root\n", map[string]string{atEtc: shellConfig}, root, runsJobs},
		"a command reset":       {starts(`run --user ci`, "ExecStart=", "ExecStart=/usr/bin/gitlab-runner run --user jane"), map[string]string{atEtc: shellConfig}, ci, ""},
		"a bad unit":            {"[Service", map[string]string{atEtc: shellConfig}, root, ""},
		"User=":                 {starts(`run`, "User=ci"), map[string]string{atHome: shellConfig}, ci, runsJobs},
		"User=, a number":       {starts(`run`, "User=1001"), map[string]string{atHome: shellConfig}, ci, runsJobs},
		"User=, root's config":  {starts(`run`, "User=ci"), map[string]string{atEtc: shellConfig}, ci, ""},
		"User=, another":        {starts(`run`, "User=ci"), map[string]string{atHome: shellConfig}, jane, ""},
		"User=, a HOME":         {starts(`run`, "User=ci", "Environment=HOME=/srv/ci"), map[string]string{"srv/ci/.gitlab-runner/config.toml": shellConfig}, ci, runsJobs},
		"--config":              {starts(`run --config /srv/r.toml --user ci`), map[string]string{"srv/r.toml": shellConfig}, ci, runsJobs},
		"-c=":                   {starts(`run -c=/srv/r.toml -u=ci`), map[string]string{"srv/r.toml": shellConfig, atEtc: docker}, ci, runsJobs},
		"--config, not at /etc": {starts(`run --config /srv/r.toml --user ci`), map[string]string{"srv/r.toml": docker, atEtc: shellConfig}, ci, ""},
		"--config, untidy":      {starts(`run --config //srv/./x/../r.toml --user ci`), map[string]string{"srv/r.toml": shellConfig}, ci, runsJobs},
		"--config, not there":   {starts(`run --config /srv/../../r.toml --user ci`), map[string]string{atEtc: shellConfig}, ci, ""},
		"CONFIG_FILE":           {starts(`run --user ci`, "Environment=CONFIG_FILE=/srv/r.toml"), map[string]string{"srv/r.toml": shellConfig}, ci, runsJobs},
		"CONFIG_FILE, --config": {starts(`run -c /srv/r.toml --user ci`, "Environment=CONFIG_FILE=/x"), map[string]string{"srv/r.toml": shellConfig}, ci, runsJobs},
		"docker":                {starts(`run --user ci`), map[string]string{atEtc: docker}, ci, ""},
		"several":               {starts(`run --user ci`), map[string]string{atEtc: docker + shellConfig + docker}, ci, runsJobs},
		"no runners":            {starts(`run --user ci`), map[string]string{atEtc: "concurrent = 1\n"}, ci, ""},
		"no config":             {starts(`run --user ci`), nil, ci, ""},
		"malformed":             {starts(`run --user ci`), map[string]string{atEtc: shellConfig + "[["}, ci, ""},

		"nothing":              {"", nil, ci, ""},
		"by hand":              {"", map[string]string{atHome: shellConfig}, ci, runsJobs},
		"by hand, docker":      {"", map[string]string{atHome: docker}, ci, ""},
		"by hand, another":     {"", map[string]string{atHome: shellConfig}, jane, ""},
		"by hand, root's":      {"", map[string]string{atEtc: shellConfig}, ci, ""},
		"by hand, root":        {"", map[string]string{atEtc: shellConfig}, root, runsJobs},
		"by hand, no home":     {"", map[string]string{atEtc: shellConfig}, &user.User{Username: "x", Uid: "7"}, ""},
		"by hand, on Windows":  {"", nil, &user.User{Username: `PC\x`, Uid: "S-1-5-21", HomeDir: `C:\Users\x`}, ""},
		"a service of another": {starts(`run --user jane`), map[string]string{atEtc: shellConfig, atHome: shellConfig}, ci, ""},
	} {
		t.Run(name, func(t *testing.T) {
			files := make(fstest.MapFS)
			if c.unit != "" {
				files = machine(map[string]string{etc: c.unit})
			}
			for path, text := range c.configs {
				files[path] = &fstest.MapFile{Data: []byte(text)}
			}
			if got := SharedWithJobs(files, c.me); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestSharedWithJobsUnreadable: a service's config is mostly root's alone, and then the warning says why it is not sure.
// One's own config that cannot be read is that of no gitlab-runner.
func TestSharedWithJobsUnreadable(t *testing.T) {
	ci := &user.User{Username: "ci", Uid: "1001", HomeDir: "/home/ci"}
	for name, c := range map[string]struct{ unit, file, want string }{
		"of a service":         {starts(`run --user ci`), atEtc, mayRun},
		"of another's service": {starts(`run --user jane`), atEtc, ""},
		"by hand":              {"", atHome, ""},
		"the unit":             {starts(`run --user ci`), etc + "/gitlab-runner.service", ""},
	} {
		files := make(fstest.MapFS)
		if c.unit != "" {
			files = machine(map[string]string{etc: c.unit})
		}
		files[atHome] = &fstest.MapFile{Data: []byte(shellConfig)}
		files[atEtc] = &fstest.MapFile{Data: []byte(shellConfig)}
		if got := SharedWithJobs(forbidden{files, c.file}, ci); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	files := machine(map[string]string{etc: starts(`run --user ci`)})
	files[atEtc] = &fstest.MapFile{Mode: fs.ModeDir}
	if got := SharedWithJobs(files, ci); got != mayRun {
		t.Errorf("a directory: %q", got)
	}
	if _, err := fs.ReadFile(forbidden{files, atEtc}, atEtc); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("the file system of this test allows everything: %v", err)
	}
}
