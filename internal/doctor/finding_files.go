package doctor

import (
	"errors"
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

// ofFiles finds what lies in the files of the user.
func (c *chart) ofFiles() {
	rows := c.counted()
	for _, f := range c.machine.filesOf(c.user) {
		c.ofFile(f)
		for _, e := range f.entries() {
			used := func(r Row) bool { return r.uses(e.Credential) }
			if covers(c.of, e.host) && (c.subjects.concerns(e.Key) || slices.ContainsFunc(rows, used)) {
				c.ofEntry(f, e, rows)
			}
		}
	}
}

// concerns reports whether an entry of the registry matters to what was asked: for an image, if the image is under it.
func (s Subjects) concerns(key string) bool {
	if s.asked == nil || s.asked.Path == "" {
		return true
	}
	image, err := clients.ParseImage(key)
	return err != nil || wholeRegistry(image.Path) || strings.HasPrefix(s.asked.Path+"/", image.Path+"/")
}

// wholeRegistry reports whether a path stands for all of a registry: none at all, or that of its API.
func wholeRegistry(path string) bool {
	path = strings.TrimSuffix(path, "/")
	return path == "" || path == "v1" || path == "v2"
}

// ofFile finds a file that clients cannot read.
func (c *chart) ofFile(f *Place) {
	finding := Finding{Severity: Error, User: c.user.Name, Path: f.Path, State: Unreadable}
	switch {
	case f.OfRoot != "":
		finding.ID, finding.Severity, finding.State = IDFileError, Warning, Unchecked
		finding.Message = f.OfRoot + " is root's, as a docker login by sudo leaves it: " + c.user.Name +
			" has no use of it, and cannot log in"
		finding.Fix = asUser(c.user, "mv -i "+Quoted(f.OfRoot)+" "+Quoted(f.OfRoot+".of-root"))
	case f.Skipped != "":
		return
	case f.Err != nil:
		finding.ID, finding.Severity = IDFileError, Warning
		finding.Message = "clients find nothing there: " + f.Err.Error()
		finding.Fix = asUser(c.user, "mv -i "+Quoted(f.Path)+" "+Quoted(f.Path+".aside"))
		if denied := new(blockedError); errors.As(f.Err, &denied) {
			finding.Fix = c.user.unblock(denied.at)
		}
	case f.Format != Variable && f.Format != RunnerEnv && f.Format != BareFile && f.Malformed() != nil:
		err := f.Malformed()
		if _, why := dockerconfig.Parse(f.Text); why != nil {
			err = why
		}
		finding.ID = IDMalformed
		finding.Message = "the file is not what clients can read: " + err.Error()
		finding.Fix = edit(c.user, f.Path)
	default:
		return
	}
	c.add(finding)
}

// ofEntry finds a credential in plaintext.
func (c *chart) ofEntry(f *Place, e entry, rows []Row) {
	u, h := c.user, e.host
	v := c.judge.Of(h, e.Credential)
	used, hidden := usedBy(rows, e)
	if f.Reader != "" {
		used = append(used, f.Reader)
	}
	finding := Finding{
		ID: IDPlaintext, Severity: Warning, User: u.Name, Path: f.Path, Key: e.Key, Kind: v.Kind,
		Username: shownName(e.Username, e.Secret),
		State:    v.State, Host: h, Fix: mend(u, h), Safe: f.Format != Variable,
	}
	switch {
	case v.State == Unreadable:
		finding.ID, finding.Severity, finding.Safe, finding.Fix = IDUnreadable, Error, false, forced(finding.Fix)
		finding.Message = `its "auth" is not what Docker writes there, and spoils the file for gitlab-runner and crane`
	case e.Source == clients.Empty || v.State == NoSecret:
		if used = onlyRunner(used); len(used) == 0 {
			return
		}
		finding.ID, finding.Severity, finding.State = IDEmpty, Error, NoSecret
		finding.Message = "an empty mark, which gitlab-runner takes for an empty credential: it pulls anonymously, " +
			"without the job's own token"
	default:
		if v.State.Dead() {
			finding.ID = IDStale
		}
		if len(used) > 0 && (v.State.Dead() || slices.Contains(used, string(clients.Runner))) {
			finding.Severity = Error
		}
		finding.Message = sentence(v, used, hidden) + c.alsoIn(e.Credential)
	}
	switch {
	case f.Format == Variable:
		finding.Fix = "unset " + variable
	case v.State == Valid && !u.Mine:
		finding.Fix, finding.Safe = asUser(u, program+" doctor --fix --yes "+Quoted(h.String())), false
	}
	c.add(finding)
}

// usedBy returns the clients that use the credential, and what they would use without it.
func usedBy(rows []Row, e entry) (used []string, hidden string) {
	var by [6]bool // in the order in which clients are shown
	for i := range rows {
		r := &rows[i]
		if r.Host != e.host || !r.uses(e.Credential) {
			continue
		}
		by[order(*r)] = true
		if hidden == "" && len(r.Shadows) > 0 {
			hidden = hiddenName(r.Shadows[0])
		}
	}
	for i, client := range shownInOrder {
		if by[i] {
			used = append(used, string(client))
		}
	}
	return used, hidden
}

// alsoIn says where else the same secret stands.
func (c *chart) alsoIn(found clients.Credential) string {
	for _, other := range c.places[found.Secret] {
		if other != where(found) {
			return "; " + other + " holds the same"
		}
	}
	return ""
}

func onlyRunner(used []string) []string {
	return slices.DeleteFunc(slices.Clone(used), func(name string) bool { return name != string(clients.Runner) })
}

// hiddenName says what a credential hides.
func hiddenName(s Shown) string {
	switch {
	case s.Source == clients.FromJob:
		return "the job's own token"
	case s.Source == clients.FromHelper && s.Helper == helperName:
		return "this helper"
	case s.Source == clients.FromHelper:
		return "docker-credential-" + s.Helper
	}
	return "another entry, " + dockerconfig.Shown(s.Key) + " in " + s.Path
}

// sentence says what a credential is, how it stands with it, who uses it and in whose place.
func sentence(v Verdict, used []string, hidden string) string {
	text := kindName(v.Kind) + " in plaintext"
	switch v.State {
	case Stale:
		text = "a job token that a job has left behind: it died with that job"
	case Valid:
		text += " that GitLab takes"
		if v.Why != "" {
			text = kindName(v.Kind) + " in plaintext, " + v.Why
		}
	case Unchecked:
		text += "; " + v.Why
	default:
		text += " that is dead: " + v.Why
	}
	switch {
	case len(used) == 0:
		return text + "; nobody uses it as things are"
	case hidden == "":
		return text + "; " + listed(used) + " " + verb(used, "use") + " it"
	}
	return text + "; " + listed(used) + " " + verb(used, "use") + " it in the place of " + hidden
}

func verb(subjects []string, plural string) string {
	if len(subjects) == 1 {
		return plural + "s"
	}
	return plural
}

// kindName is what people call a kind of credential.
func kindName(k credentials.Kind) string {
	switch k {
	case credentials.KindPersonal:
		return "a personal access token"
	case credentials.KindDeploy:
		return "a deploy token"
	case credentials.KindJob:
		return "a job token"
	case credentials.KindRunner:
		return "a runner's token"
	case credentials.KindTrigger:
		return "a trigger token"
	case credentials.KindOAuth:
		return "an OAuth secret"
	case credentials.KindIdentity:
		return "an identity token"
	}
	return "a credential"
}
