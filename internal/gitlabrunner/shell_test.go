package gitlabrunner

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHasShell(t *testing.T) {
	for text, want := range map[string]bool{
		"":          false,
		shellConfig: true,
		"[[runners]]\nexecutor = 'shell'\nunknown = {a = 1}\n[runners.cache]\nType = 's3'\n": true,
		"[[runners]]\nexecutor = 'docker'\n[[runners]]\n[runners.docker]\nimage = 'shell'\n": false,
		"[[runners]]\nname = 'x'\n[runners.custom]\nexecutor = 'shell'\n":                    false,
		"# executor = 'shell'\n[[runners]]\nname = \"executor = 'shell'\"\n":                 false,
		"runners = [{executor = 'docker'}, {executor = 'shell'}]\n":                          true,
		"[[runners]]\nexecutor = 7\n":                                                        false,
		"executor = 'shell'\n":                                                               false,
		"[[runners]]\nexecutor = 'shell'\nexecutor = 'shell'\n":                              false,
		"\xff": false,
	} {
		if got := hasShell([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// FuzzHasShell holds against any text: a runner with containers, put behind it, makes no shell of it.
func FuzzHasShell(f *testing.F) {
	for _, text := range []string{shellConfig, "", "[[runners]]\nexecutor = 'docker'\n", "a = '''", "[[runners.x]]", "runners = []"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		text = append(slices.Clone(text), '\n')
		if hasShell(append(slices.Clone(text), "[[runners]]\nexecutor = 'docker'\n"...)) && !hasShell(text) {
			t.Errorf("%q: a runner with docker makes a shell", text)
		}
	})
}

// FuzzFlag holds against any value: the one that is written into a unit is the one that is found.
func FuzzFlag(f *testing.F) {
	for _, value := range []string{"/etc/gitlab-runner/config.toml", "", `a "b" 'c' \ d`, "100%h", "=", "-c", "--config=x"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if strings.ContainsAny(value, "\r\n") || !utf8.ValidString(value) {
			return // that is no line of a unit
		}
		s := Service{Command: words("/usr/bin/gitlab-runner run " + quoted("--config="+value) + " --syslog")}
		if got := s.flag("config", "c"); got != value {
			t.Errorf("%q: %q in %q", value, got, s.Command)
		}
	})
}
