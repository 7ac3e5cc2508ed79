package system

import (
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// Who waits for GitLab sees it, in a line that is gone afterwards. Where there are to be no colours, or no person is
// looking, there is plain text.
func TestLifeOnTheScreen(t *testing.T) {
	me := newcomer(t)
	me.join(newSession(t))
	me.verb(t, lab.token(rotatableToken()), "login", "--token-stdin", lab.registry).succeeds(t)
	lab.gitlab.Fault(gitlabtest.Fault{Endpoint: gitlabtest.Self, Delay: 450 * time.Millisecond})
	t.Cleanup(func() { lab.gitlab.Fault(gitlabtest.Fault{}) })
	here := me.terminal(t)
	const check = "docker-credential-gitlabjob status --check"
	asking := "asking " + lab.gitlab.URL + " about the token"

	t.Run("a terminal", func(t *testing.T) {
		here.starts(t, check)
		here.shows(t, asking)
		screen := here.exits(t, 0)
		_, after, _ := strings.Cut(screen, "$?\n")
		if strings.Contains(after, asking) || !strings.HasPrefix(after, "HOST ") || strings.Contains(after, "\n\n\nended") {
			t.Errorf("something is left behind:\n%s", screen)
		}
		written := here.written(t)
		for _, frame := range []string{"| ", "/ ", "- ", `\ `} {
			if !strings.Contains(written, "\r\x1b[K"+frame+asking) {
				t.Errorf("%q is not to be seen in %q", frame, written)
			}
		}
		if !strings.Contains(written, "\x1b[32mvalid\x1b[0m\r\n") {
			t.Errorf("it has no colours: %q", written)
		}
	})
	t.Run("only the answer is piped", func(t *testing.T) {
		here.starts(t, check+" --json | cat -v")
		here.shows(t, asking)
		screen := here.exits(t, 0)
		if _, after, _ := strings.Cut(screen, "$?\n"); !strings.HasPrefix(after, "[\n") || strings.Contains(after, "^[") {
			t.Errorf("it is no plain JSON:\n%s", screen)
		}
	})
	t.Run("Ctrl-C", func(t *testing.T) {
		here.starts(t, check)
		here.shows(t, asking)
		here.types(t, "", "C-c")
		here.shows(t, asking+"^C\n# ")
		here.types(t, "echo it was $?", "Enter") // the shell has ended its line of commands as well
		here.shows(t, "it was 130")
	})
	lab.gitlab.Fault(gitlabtest.Fault{})
	for name, command := range map[string]string{
		"NO_COLOR":  "NO_COLOR=1 " + check,
		"TERM=dumb": "TERM=dumb " + check,
		"a pipe":    check + " 2>&1 | cat",
	} {
		t.Run(name, func(t *testing.T) {
			screen := here.runs(t, 0, command)
			if written := here.written(t); strings.Contains(written, "\x1b") {
				t.Errorf("it is no plain text: %q", written)
			}
			if !strings.Contains(screen, "\n"+asking+" ...\n") || !strings.Contains(screen, " valid\n") {
				t.Errorf("it says something else:\n%s", screen)
			}
		})
	}
	t.Run("--quiet", func(t *testing.T) {
		here.runs(t, 0, check+" --quiet")
		if _, after, _ := strings.Cut(here.written(t), "$?\r\n"); !strings.HasPrefix(after, "ended ") {
			t.Errorf("it says %q", after)
		}
	})
}
