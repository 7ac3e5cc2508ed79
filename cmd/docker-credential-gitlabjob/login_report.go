package main

import (
	"context"
	"os/user"
	"strconv"
	"strings"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
)

// tell says who has logged in, and what a person should know about that.
func (l *login) tell(ctx context.Context, k credentials.Kept) {
	also := answered(ctx, l.helper.Keeper, k)
	l.say("%s", l.who(k))
	l.details(k, also)
	l.warn(k)
	if len(also) < len(k.Life.Aliases) {
		l.note("it is not used for the dependency proxy: another token is kept for it, or for the same GitLab")
	}
}

// answered returns the aliases of k that its token really answers for.
func answered(ctx context.Context, keeper credentials.Keeper, k credentials.Kept) []credentials.Host {
	all, err := keeper.All(ctx)
	if err != nil {
		return nil
	}
	return k.Answered(all)
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
func (v voice) details(k credentials.Kept, also []credentials.Host) {
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
	for _, alias := range also {
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
	l.warnOfVariable(k.Host)
	if me, err := user.Current(); err == nil {
		if why := gitlabrunner.SharedWithJobs(l.w.root, me); why != "" {
			l.note("%s: any of these jobs can ask for this token; GITLABJOB_KEYRING=none keeps and serves none", why)
		}
	}
}
