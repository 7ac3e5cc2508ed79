package e2e

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// TestDoctorFixAsksInTheClear: at a terminal, where it is shown what is being waited for in a line that moves, nothing is
// written over the plan or the question, however long somebody thinks about it.
func TestDoctorFixAsksInTheClear(t *testing.T) {
	t.Parallel()
	f := newFixing(t)
	f.lay([]string{"good"})
	f.world.GitLab.Fault(gitlabtest.Fault{Delay: 300 * time.Millisecond})
	f.home.Set("TERM", "xterm")
	keyboard, screen := terminal(t)
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, kit.Program), "doctor", "--fix", f.world.Registry)
	cmd.Env, cmd.Dir = f.home.Env(), f.home.Dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = screen, screen, screen
	f.must(cmd.Start())
	shown := make(chan string)
	go func() {
		defer close(shown)
		for buffer := make([]byte, 1<<16); ; {
			n, err := keyboard.Read(buffer)
			if err != nil {
				return
			}
			shown <- string(buffer[:n])
		}
	}()
	const question, thinking = "mend that? [Y/n] ", 400 * time.Millisecond
	var text strings.Builder
	for !strings.Contains(text.String(), question) {
		text.WriteString(<-shown)
	}
	for enough := time.After(thinking); enough != nil; {
		select {
		case more := <-shown:
			text.WriteString(more)
		case <-enough:
			enough = nil
		}
	}
	const clearLine = "\r\x1b[K"
	if !strings.Contains(text.String(), clearLine+"|") {
		t.Errorf("it does not show what it waits for: %q", text.String())
	}
	lines := strings.Split(text.String(), "\r\n")
	for i, line := range lines {
		lines[i] = line[strings.LastIndex(clearLine+line, clearLine):] // what a person sees in the end
	}
	for _, line := range lines {
		if strings.Contains(line, "asking ") || strings.Contains(line, "signing in ") {
			t.Errorf("it is written over: %q", line)
		}
	}
	if last := lines[len(lines)-1]; last != question {
		t.Errorf("the question is %q", last)
	}
	_, err := keyboard.WriteString("n\n")
	f.must(err)
	go func() {
		for range shown { // so that nobody waits for the screen
		}
	}()
	_ = cmd.Wait() // it has findings
}
