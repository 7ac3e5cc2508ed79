package system

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tokenPage is the page that makes a token with the right name and scopes.
func (l *laboratory) tokenPage() string {
	return l.gitlab.URL + "/-/user_settings/personal_access_tokens?name=docker-credential-gitlabjob&" +
		"scopes=read_registry,write_registry,self_rotate"
}

// browser puts an xdg-open on the account's PATH that does not open anything. It goes on with more, a shell script. What
// is returned tells the page that was opened, or "".
func (a *account) browser(t *testing.T, more string) (opened func(*testing.T) string) {
	t.Helper()
	dir := fresh(t, a)
	page := filepath.Join(dir, "page")
	script := "#!/bin/sh\nprintf '%s' \"$*\" >" + page + "\n" + more
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	a.Set("PATH", dir+":"+lab.bin+":"+os.Getenv("PATH"))
	return func(t *testing.T) string {
		t.Helper()
		text, err := os.ReadFile(page)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(text))
	}
}

// At a desktop the page that makes a token is opened, if one wants it to be. However the browser behaves, the prompt
// comes soon.
func TestLifeOpensThePage(t *testing.T) {
	desktop := newSession(t)
	const stays = "while [ ! -e %s ]; do sleep 0.1; done\n"
	for name, c := range map[string]struct {
		more    string // what xdg-open does when it has noted the page; %s is a file that comes once the test is over
		display string
		ssh     string
		command string
		answer  string // to the question whether to open the page; "": it is not asked
		opens   bool
		says    string
	}{
		"yes":                     {display: ":0", answer: "y", opens: true},
		"Enter":                   {display: ":0", answer: "\n", opens: true},
		"no":                      {display: ":0", answer: "n", says: "make a token at "},
		"--web":                   {display: ":0", command: " --web", opens: true},
		"--web over SSH":          {display: ":0", ssh: "1 2 3 4", command: " --web", says: "make a token at "},
		"no screen":               {says: "make a token at "},
		"a browser that fails":    {more: "exit 3\n", display: ":0", command: " --web", opens: true, says: "make a token at "},
		"a browser that stays":    {more: stays, display: ":0", command: " --web", opens: true},
		"a browser in background": {more: "{ " + stays + "} &\n", display: ":0", command: " --web", opens: true},
	} {
		t.Run(name, func(t *testing.T) {
			me := newcomer(t)
			me.join(desktop)
			over := filepath.Join(fresh(t, me), "over")
			t.Cleanup(func() { _ = os.WriteFile(over, nil, 0o600) })
			opened := me.browser(t, strings.ReplaceAll(c.more, "%s", over))
			me.Set("DISPLAY", c.display)
			me.Set("SSH_CONNECTION", c.ssh)
			here := me.terminal(t)
			here.starts(t, "docker-credential-gitlabjob login "+lab.registry+c.command)
			if c.answer != "" {
				here.shows(t, "open the page that makes a token in the browser? [Y/n] ")
				here.types(t, strings.TrimSpace(c.answer), "Enter")
			}
			asked := time.Now()
			screen := here.shows(t, "which is not shown: ")
			if took := time.Since(asked); took > 3*time.Second {
				t.Errorf("the prompt comes after %v", took)
			}
			if got := opened(t); c.opens && got != lab.tokenPage() || !c.opens && got != "" {
				t.Errorf("the page that was opened: %q", got)
			}
			if c.says != "" && !strings.Contains(screen, c.says+lab.tokenPage()) {
				t.Errorf("the page is not named:\n%s", screen)
			}
			here.types(t, "", "C-c")
			here.exits(t, 130)
		})
	}
}
