package doctor

import (
	"errors"
	"slices"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
)

// The rules of gitlab-runner, as a row names them.
const (
	rulesSince  = ">=18.3"
	rulesBefore = "<18.3"
)

// ofUser are the clients that a user runs, in the order in which they are shown.
var ofUser = []clients.Client{clients.Docker, clients.Podman, clients.Crane, clients.BuildKit, clients.Oras}

// shownInOrder are all clients in the order in which they are shown.
var shownInOrder = []clients.Client{
	clients.Docker, clients.Runner, clients.Podman, clients.Crane, clients.BuildKit, clients.Oras,
}

// rows says what each client of one user does.
func (d *diagnosis) rows(u User, of []subject) []Row {
	all := make([]Row, 0, len(of)*len(ofUser))
	for _, s := range of {
		for _, client := range ofUser {
			all = append(all, d.row(client, u.Name, u.Places, s))
		}
	}
	return all
}

// runnerRows says what gitlab-runner does, by the rules of its version, or by both where that is not known.
func (d *diagnosis) runnerRows(of []subject) []Row {
	var all []Row
	for _, s := range of {
		for _, client := range RunnerClients(d.machine.Runner.Version) {
			for _, places := range d.machine.Runner.Pulls {
				places.Payload = d.payload(s)
				row := d.row(client, d.machine.Runner.User, places, s)
				if !slices.ContainsFunc(all, row.says) {
					all = append(all, row)
				}
			}
		}
	}
	return all
}

// RunnerClients are the rules to go by.
func RunnerClients(v *gitlabrunner.Version) []clients.Client {
	switch {
	case v == nil:
		return []clients.Client{clients.Runner, clients.OldRunner}
	case v.GoesOn():
		return []clients.Client{clients.Runner}
	}
	return []clients.Client{clients.OldRunner}
}

// payload are the registries that a job's own token comes with. In a job the variables say it. On a runner's host
// nobody knows yet: a registry that is not Docker's own is taken for the job's, since what is asked is whether anything
// stands between the two.
func (d *diagnosis) payload(s subject) []string {
	if !d.machine.Job.Running() {
		if s.image.Host == "docker.io" {
			return nil
		}
		return []string{s.image.Host}
	}
	return d.machine.Runner.Payload
}

// row predicts, and judges what it predicts.
func (d *diagnosis) row(client clients.Client, user string, places clients.Places, s subject) Row {
	r := Row{Image: s.image.Raw, Host: s.host, Client: client, User: user}
	switch client {
	case clients.Runner:
		r.Rules = rulesSince
	case clients.OldRunner:
		r.Client, r.Rules = clients.Runner, rulesBefore
	}
	if f := unread(client, places); f != nil {
		r.Shown = Shown{
			clients.Credential{Source: clients.None, Path: f.Path},
			Verdict{State: Unchecked, Why: "a file was not looked at"},
		}
		return r
	}
	answer := clients.Predict(client, places, s.image)
	show := func(c clients.Credential) Shown {
		v := d.judge.Of(s.host, c)
		c.Username, c.Helper = shownName(c.Username, c.Secret), shownName(c.Helper, credentials.Secret{})
		return Shown{c, v}
	}
	r.Shown, r.Stops = show(answer.Credential), answer.Stops
	switch answer.Source {
	case clients.None, clients.Unstable:
		r.Verdict = Verdict{}
	case clients.Empty:
		r.Verdict = Verdict{State: NoSecret}
	default:
	}
	for _, c := range answer.Rivals {
		r.Rivals = append(r.Rivals, show(c))
	}
	for _, c := range answer.Shadows {
		switch s := show(c); s.State {
		case Failing, Missing, Unreadable, NoSecret: // nobody is kept from anything
		default:
			r.Shadows = append(r.Shadows, s)
		}
	}
	if answer.Failed != nil {
		failed := show(*answer.Failed)
		r.Failed = &failed
	}
	return r
}

// unread returns a file that the client reads, and that root has not looked at: then nobody knows what it finds.
func unread(client clients.Client, p clients.Places) *clients.File {
	files := []*clients.File{p.Docker}
	switch client {
	case clients.Runner, clients.OldRunner:
		files = []*clients.File{p.HomeDocker, p.DockerCfg}
	case clients.Podman:
		files = []*clients.File{p.RuntimeAuth, p.ConfigAuth, p.Docker, p.DockerCfg}
	case clients.Crane:
		if p.Docker == nil && p.HomeDocker == nil {
			files = []*clients.File{p.RuntimeAuth, p.ConfigAuth}
		}
	}
	for _, f := range files {
		if f != nil && errors.Is(f.Err, errNotRead) {
			return f
		}
	}
	return nil
}

// says reports whether another row says the same.
func (r Row) says(o Row) bool {
	return r.Image == o.Image && r.Client == o.Client && r.User == o.User && r.Rules == o.Rules &&
		r.Source == o.Source && r.Path == o.Path && r.Key == o.Key && r.Username == o.Username &&
		len(r.Shadows) == len(o.Shadows)
}

// uses reports whether the client goes to the registry with what stands there, always or by turns.
func (r Row) uses(c clients.Credential) bool {
	same := func(s Shown) bool { return s.Path == c.Path && s.Member == c.Member && s.Key == c.Key }
	return same(r.Shown) && r.Source != clients.None || slices.ContainsFunc(r.Rivals, same)
}

// nothing reports whether the client goes there anonymously, as far as is known.
func (r Row) nothing() bool {
	return r.Source == clients.None && r.State == "" || r.Source == clients.Empty
}

// name is what people call the client.
func (r Row) name() string { return string(r.Client) }
