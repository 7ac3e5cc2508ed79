package gitlabrunner

import (
	"errors"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
)

// machine has these files, by their paths without the unit's name: "etc/systemd/system" is the unit there, and
// "etc/systemd/system/a.conf" a drop-in.
func machine(files map[string]string) fstest.MapFS {
	m := make(fstest.MapFS)
	for path, text := range files {
		if dir, ok := strings.CutSuffix(path, ".conf"); ok {
			at := strings.LastIndexByte(dir, '/')
			path = path[:at] + "/gitlab-runner.service.d" + path[at:]
		} else {
			path += "/gitlab-runner.service"
		}
		m[path] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

const (
	etc = "etc/systemd/system"
	run = "run/systemd/system"
	usr = "usr/lib/systemd/system"
	lib = "lib/systemd/system"

	// Like what `gitlab-runner install` writes.
	asInstalled = `[Unit]
Description=GitLab Runner
ConditionFileIsExecutable=/usr/bin/gitlab-runner

[Service]
StartLimitInterval=5
ExecStart=/usr/bin/gitlab-runner "run" "--config" "/etc/gitlab-runner/config.toml" "--user" "gitlab-runner"
Restart=always
EnvironmentFile=-/etc/sysconfig/gitlab-runner

[Install]
WantedBy=multi-user.target
`
)

func TestFindService(t *testing.T) {
	user := func(name string) string { return "[Service]\nUser=" + name + "\n" }
	env := func(lines ...string) string {
		return "[Service]\nEnvironment=" + strings.Join(lines, "\nEnvironment=") + "\n"
	}
	for name, c := range map[string]struct {
		files map[string]string
		user  string
		env   map[string]string
	}{
		"as installed":           {map[string]string{etc: asInstalled}, "root", nil},
		"as packaged":            {map[string]string{lib: asInstalled}, "root", nil},
		"a user":                 {map[string]string{usr: user("ci")}, "ci", nil},
		"the first directory":    {map[string]string{etc: user("a"), run: user("b"), usr: user("c"), lib: user("d")}, "a", nil},
		"empty, and the first":   {map[string]string{etc: "", usr: user("c")}, "root", nil},
		"another section":        {map[string]string{etc: "[Unit]\nUser=a\nEnvironment=A=1\n[Service]\n"}, "root", nil},
		"the last User":          {map[string]string{etc: user("a") + "User=b\n"}, "b", nil},
		"User reset":             {map[string]string{etc: user("a") + "User=\n"}, "root", nil},
		"a drop-in":              {map[string]string{lib: user("a"), etc + "/x.conf": user("b")}, "b", nil},
		"a drop-in resets":       {map[string]string{lib: user("a"), etc + "/x.conf": user("")}, "root", nil},
		"drop-ins by name":       {map[string]string{lib: "", lib + "/20.conf": user("b"), etc + "/10.conf": user("a")}, "b", nil},
		"drop-ins of one name":   {map[string]string{lib: "", lib + "/10.conf": user("b"), etc + "/10.conf": user("a")}, "a", nil},
		"a drop-in masked":       {map[string]string{lib: user("a"), lib + "/10.conf": user("b"), etc + "/10.conf": ""}, "a", nil},
		"CRLF and comments":      {map[string]string{etc: "# [Service]\r\n[Service]\r\n; User=x\r\nUser = a \r\n"}, "a", nil},
		"one variable":           {map[string]string{etc: env("A=1")}, "root", map[string]string{"A": "1"}},
		"several on a line":      {map[string]string{etc: env("A=1  B=2\tC=")}, "root", map[string]string{"A": "1", "B": "2", "C": ""}},
		"the last counts":        {map[string]string{etc: env("A=1", "A=2"), etc + "/x.conf": env("A=3")}, "root", map[string]string{"A": "3"}},
		"reset":                  {map[string]string{etc: env("A=1", "", "B=2")}, "root", map[string]string{"B": "2"}},
		"a drop-in resets all":   {map[string]string{etc: env("A=1"), etc + "/x.conf": env("")}, "root", nil},
		"quoted as a whole":      {map[string]string{etc: env(`"A=1 2" 'B=3 "4"'`)}, "root", map[string]string{"A": "1 2", "B": `3 "4"`}},
		"quoted within":          {map[string]string{etc: env(`A="1 2"3 B=''`)}, "root", map[string]string{"A": "1 23", "B": ""}},
		"escapes and specifiers": {map[string]string{etc: env(`A=1\ 2 B=\"%%h\" C=%h`)}, "root", map[string]string{"A": "1 2", "B": `"%h"`, "C": "%h"}},
		"goes on":                {map[string]string{etc: env("A=1 \\\n  B=2")}, "root", map[string]string{"A": "1", "B": "2"}},
		"no variable":            {map[string]string{etc: env("A")}, "root", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := FindService(machine(c.files))
			if err != nil || s.User != c.user || !maps.Equal(s.Environment, c.env) {
				t.Errorf("%+v, %v; want %s, %v", s, err, c.user, c.env)
			}
		})
	}
}

func TestFindNoService(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"nothing":            {},
		"only a drop-in":     {etc + "/x.conf": "[Service]\nUser=a\n"},
		"in another's place": {"opt/systemd/system": asInstalled},
	} {
		if _, err := FindService(machine(files)); err != ErrNoService {
			t.Errorf("%s: %v; want ErrNoService", name, err)
		}
	}
	for name, files := range map[string]map[string]string{
		"a bad unit":    {etc: "[Service"},
		"a bad drop-in": {etc: asInstalled, etc + "/x.conf": "[Service]\nUser\n"},
	} {
		if _, err := FindService(machine(files)); err == nil || errors.Is(err, ErrNoService) {
			t.Errorf("%s: %v", name, err)
		}
	}
	unreadable := machine(map[string]string{lib: asInstalled})
	unreadable[etc+"/gitlab-runner.service"] = &fstest.MapFile{Mode: fs.ModeDir}
	if _, err := FindService(unreadable); err == nil || errors.Is(err, ErrNoService) {
		t.Errorf("a directory: %v", err)
	}
}

func TestDropInIsWhatIsWanted(t *testing.T) {
	wanted := []Setting{
		{"GITLABJOB_KEYRING", "none"}, {"GITLABJOB_ON_MISS", "error"},
		{"SPACES", `two  words, "quoted" and 'quoted'`}, {"REST", `\n 100% %h $HOME #;=`}, {"EMPTY", ""},
	}
	before := machine(map[string]string{etc: "[Service]\nEnvironment=GITLABJOB_KEYRING=os GITLABJOB_ON_MISS=error\n"})
	s, err := FindService(before)
	if err != nil {
		t.Fatal(err)
	}
	if s.Agrees(wanted) || !s.Agrees([]Setting{{"GITLABJOB_KEYRING", "os"}}) || !s.Agrees(nil) {
		t.Errorf("without a drop-in: %q", s.Environment)
	}
	before[strings.TrimPrefix(DropInPath, "/")] = &fstest.MapFile{Data: []byte(DropIn(wanted))}
	if s, err = FindService(before); err != nil || !s.Agrees(wanted) {
		t.Errorf("it does not agree with what was written: %q, %v", DropIn(wanted), err)
	}
	// Of an earlier version's settings none stays behind, and nothing that is not wanted any more.
	if s.Agrees(wanted[:1]) || s.Agrees(nil) || DropIn(nil) != "" {
		t.Errorf("it agrees with less: %q", s.DropIn)
	}

	text := DropIn(wanted[:2])
	const plain = "[Service]\nEnvironment=GITLABJOB_KEYRING=none\nEnvironment=GITLABJOB_ON_MISS=error\n"
	if comment, rest, _ := strings.Cut(text, "\n"); !strings.HasPrefix(comment, "# ") || rest != plain {
		t.Errorf("the text is %q", text)
	}
}
