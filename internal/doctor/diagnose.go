package doctor

import (
	"fmt"
	"slices"
	"sort"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

// diagnosis is one look at a machine.
type diagnosis struct {
	machine  Machine
	subjects Subjects
	judge    Judge
	places   map[credentials.Secret][]string // where each secret stands
	findings
}

// Diagnose says with what each client goes to the registries, and what is wrong about that. It is pure but for the
// helpers that it asks through the machine's Places.
func Diagnose(m Machine, s Subjects, j Judge) Report {
	d := &diagnosis{machine: m, subjects: s, judge: j}
	var r Report
	if s.asked != nil {
		r.Image = s.asked.Raw
	}
	d.ofSession()
	d.ofProgram()
	of := make([][]subject, len(m.Users))
	for i, u := range m.Users {
		of[i] = s.Of(u)
	}
	d.places = secretPlaces(m, of)
	charts := make([]*chart, len(m.Users))
	each(len(m.Users), func(i int) bool { return m.Users[i].Mine || m.Users[i].Pulls }, func(i int) {
		charts[i] = d.chart(m.Users[i], of[i])
	})
	r.Homes = m.Homes
	for i, u := range m.Users {
		r.count(u)
		if s.asked == nil && len(of[i]) >= maxRegistries {
			why := fmt.Sprintf("its files name more than %d registries, of which some were not looked at", maxRegistries)
			r.Skipped = append(r.Skipped, Skipped{User: u.Name, Path: u.home, Why: why})
		}
		if c := charts[i]; c != nil {
			r.Rows = append(r.Rows, c.rows...)
			d.found = append(d.found, c.found...)
		}
	}
	for _, c := range m.Runner.Configs {
		if c.Skipped != "" {
			r.Skipped = append(r.Skipped, Skipped{User: c.User, Path: c.Path, Why: c.Skipped})
		}
	}
	d.ofRunner()
	d.ofKept()
	r.Findings = d.found
	r.sortFindings()
	return r
}

// chart is what is so for one user.
type chart struct {
	*diagnosis
	findings

	user User
	of   []subject
	rows []Row
}

// chart looks at one user. It is nil for one who has nothing that matters.
func (d *diagnosis) chart(u User, of []subject) *chart {
	if !u.Mine && !u.Pulls && len(u.Files) == 0 {
		return nil
	}
	c := &chart{diagnosis: d, user: u, of: of}
	if u.Mine || u.Pulls || u.concerns(of) {
		c.rows = d.rows(u, of)
	}
	if u.Pulls {
		c.rows = append(c.rows, d.runnerRows(d.subjects.withPaths(of, d.machine.Runner.Files))...)
	}
	sort.SliceStable(c.rows, func(i, j int) bool { return before(&c.rows[i], &c.rows[j]) })
	c.ofFiles()
	c.ofLeftovers(u.left)
	c.ofRows()
	return c
}

// concerns reports whether a file of the user's has anything to say about one of the registries, or could not be read:
// else nothing is there for any client, in any of a thousand homes.
func (u User) concerns(of []subject) bool {
	return slices.ContainsFunc(u.Files, func(f *Place) bool {
		about := func(e entry) bool { return covers(of, e.host) }
		named := func(c clients.Credential) bool {
			h, ok := dockerconfig.HostOf(c.Key)
			return c.Member != credHelpersMember || ok && covers(of, h)
		}
		return f.Err != nil || slices.ContainsFunc(f.entries(), about) || slices.ContainsFunc(f.helpers(), named)
	})
}

// counted are the rows by which something may be wrong: those of a gitlab-runner that is not there are for scripts.
func (c *chart) counted() []Row {
	if c.machine.Runner.Found || !c.user.Pulls {
		return c.rows
	}
	return slices.DeleteFunc(slices.Clone(c.rows), func(r Row) bool { return r.Client == clients.Runner })
}

// count notes what was looked at, and what was not.
func (r *Report) count(u User) {
	r.Files += len(u.Files)
	for _, f := range u.Files {
		if f.Skipped != "" {
			r.Skipped = append(r.Skipped, Skipped{User: u.Name, Path: f.Path, Why: f.Skipped})
		}
	}
}

// before keeps what is about one image together, and the clients in one order.
func before(a, b *Row) bool { return a.Image < b.Image || a.Image == b.Image && order(*a) < order(*b) }

func order(r Row) int { return slices.Index(shownInOrder, r.Client) }

// sortFindings puts first what others depend on. (Each type that package slices sorts is 10 KB of the program, which
// every get reads.)
func (r *Report) sortFindings() {
	sort.SliceStable(r.Findings, func(i, j int) bool { return rank(r.Findings[i]) < rank(r.Findings[j]) })
}

// rank puts what others depend on first: a helper that is not there mends nothing.
func rank(f Finding) int {
	switch {
	case f.ID == IDHelperMissing:
		return 0
	case f.Severity == Error:
		return 1
	}
	return 2
}

// findings are what was found so far, each thing once.
type findings struct {
	found []Finding
	known map[findingKey]bool
}

type findingKey struct {
	id, user, path, key string
	host                credentials.Host
}

// add adds a finding, unless that place has it already.
func (all *findings) add(f Finding) {
	f.Key = dockerconfig.Shown(f.Key)
	key := findingKey{f.ID, f.User, f.Path, f.Key, f.Host}
	if all.known[key] {
		return
	}
	if all.known == nil {
		all.known = make(map[findingKey]bool)
	}
	all.known[key] = true
	all.found = append(all.found, f)
}

// secretPlaces returns where each secret stands that is about one of the registries.
func secretPlaces(m Machine, of [][]subject) map[credentials.Secret][]string {
	places := make(map[credentials.Secret][]string)
	for i, u := range m.Users {
		for _, f := range m.filesOf(u) {
			for _, c := range f.entries() {
				if !c.Secret.Empty() && covers(of[i], c.host) {
					places[c.Secret] = append(places[c.Secret], where(c.Credential))
				}
			}
		}
	}
	return places
}

func where(c clients.Credential) string { return c.Path + " (" + dockerconfig.Shown(c.Key) + ")" }
