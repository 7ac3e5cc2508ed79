package main

import (
	"fmt"
	"os/user"
	"strconv"
	"strings"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
)

// tell says who has logged in, and what a person should know about that.
func (l *login) tell(k credentials.Kept) {
	l.say("%s", l.who(k))
	l.details(k)
	l.warn(k)
}

// who says whose token is kept: "registry.example.com: logged in as jane, with the token "laptop" of https://...".
func (l *login) who(k credentials.Kept) string {
	text := k.Host.String() + ": logged in as " + k.Username
	if k.Life.Name != "" {
		text += ", with the token " + strconv.Quote(k.Life.Name)
	}
	if k.Life.GitLab != "" {
		text += " of " + k.Life.GitLab
	}
	return text
}

// details says what is known of a kept token, a line for each.
func (v voice) details(k credentials.Kept) {
	if len(k.Life.Scopes) > 0 {
		v.item("scopes:  %s", strings.Join(k.Life.Scopes, ", "))
	}
	switch k.Life.Expiry {
	case credentials.ExpiryKnown:
		v.item("expires: %s, %s", k.Life.ExpiresAt.UTC().Format("2006-01-02 15:04 UTC"), inDays(k.Life, v.w.now()))
	case credentials.ExpiryNever:
		v.item("expires: never, says GitLab")
	default:
		v.item("expires: GitLab does not tell; it is to be verified every %d days, by \"status --check\"", graceDays)
	}
	v.item("vault:   %s", k.Vault)
	for _, alias := range k.Life.Aliases {
		v.item("also:    %s, the dependency proxy", alias)
	}
}

const graceDays = int(credentials.UnverifiedGrace / (24 * time.Hour))

// warn tells of what is good now, and may turn out badly.
func (l *login) warn(k credentials.Kept) {
	if wide := k.Life.TooWide(); len(wide) > 0 {
		l.note("the token can do more than a registry needs (%s): whoever gets hold of it can, too",
			strings.Join(wide, ", "))
	}
	if k.Life.Kind == credentials.KindPersonal && len(k.Life.Scopes) > 0 && !k.Life.Rotates() {
		l.note("it lacks the scope self_rotate, and so \"rotate\" cannot replace it")
	}
	if k.Life.Within(credentials.SoonDays, l.w.now()) {
		l.note("it expires %s", inDays(k.Life, l.w.now()))
	}
	if l.helper.Job.Covers(k.Host) {
		l.note("in this job the job token answers for %s, and not this one", k.Host)
	}
	if me, err := user.Current(); err == nil {
		if why := gitlabrunner.SharedWithJobs(l.w.root, me); why != "" {
			l.note("%s: any of these jobs can ask for this token; GITLABJOB_KEYRING=none keeps and serves none", why)
		}
	}
}

// unconfigured says why Docker would not ask this helper for h, or "".
func (l *login) unconfigured(h credentials.Host) (string, error) {
	path, err := dockerconfig.Path(l.w.getenv)
	if err != nil {
		return "", err
	}
	text, err := editfile.File{Path: path}.Read()
	if err != nil {
		return "", err
	}
	f, err := dockerconfig.Parse(text)
	if err != nil {
		return "", &configError{path: path, err: err}
	}
	name := f.HelperFor(h.String())
	switch {
	case name == configure.Helper && len(f.Entries(h)) > 0:
		return fmt.Sprintf("%s still has a login for %s in plaintext", path, h), nil
	case name == configure.Helper:
		return "", nil
	case name != "":
		return fmt.Sprintf("Docker asks docker-credential-%s for %s, and not this helper", name, h), nil
	}
	return fmt.Sprintf("Docker does not ask this helper for %s yet", h), nil
}
