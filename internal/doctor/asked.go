package doctor

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// Credentials returns what GitLab could be asked about: each credential that is kept, that a client of the machine
// would use for one of the registries or that lies in one of the places, once, less those that are dead by their own
// word. What is kept comes first, then what else who asks has, and then one of each other user's after the other:
// GitLab is not asked about all of them, and nobody's files shall keep it from being asked about another's. Where each
// begins changes from minute to minute, so that another run gets on.
func Credentials(m Machine, s Subjects, j Judge) []Asked {
	mine := &gathering{judge: j}
	for _, k := range m.Kept {
		if s.asked == nil || k.Host == s.host {
			mine.add(k.Host, clients.Credential{Source: clients.FromHelper, Username: k.Username, Secret: k.Secret})
		}
	}
	kept := len(mine.all)
	var theirs [][]Asked
	for _, u := range m.Users {
		of, into := s.Of(u), &gathering{judge: j}
		if u.Mine {
			into = mine
		}
		for _, f := range m.filesOf(u) {
			for _, c := range f.entries() {
				if covers(of, c.host) {
					into.add(c.host, c.Credential)
				}
			}
		}
		if !u.Mine {
			theirs = append(theirs, turned(into.all, j.Now))
			continue
		}
		for _, sub := range of {
			into.add(sub.host, clients.Predict(clients.Docker, u.Places, sub.image).Credential)
		}
	}
	first := append(slices.Clone(mine.all[:kept]), turned(mine.all[kept:], j.Now)...)
	return byTurns(first, turned(theirs, j.Now))
}

// gathering is what GitLab may be asked about of one person's.
type gathering struct {
	judge Judge
	all   []Asked
	seen  map[Asked]bool
}

// add adds a credential, unless it is there, or tells by itself all that there is to know.
func (g *gathering) add(h credentials.Host, c clients.Credential) {
	v := g.judge.Of(h, c)
	a := Asked{h, c.Username, c.Secret}
	if v.State != Unchecked && v.State != Valid || c.Secret.Empty() || c.Identity || v.Kind == credentials.KindJob ||
		g.seen[a] {
		return
	}
	if g.seen == nil {
		g.seen = make(map[Asked]bool)
	}
	g.seen[a] = true
	g.all = append(g.all, a)
}

// byTurns puts one of each of the lists after the first, round by round, and each once.
func byTurns(first []Asked, lists [][]Asked) []Asked {
	all, seen := first, make(map[Asked]bool)
	for _, a := range first {
		seen[a] = true
	}
	for round, more := 0, true; more; round++ {
		more = false
		for _, list := range lists {
			if round >= len(list) {
				continue
			}
			more = true
			if a := list[round]; !seen[a] {
				seen[a] = true
				all = append(all, a)
			}
		}
	}
	return all
}

// turned is a list that begins somewhere else in another minute. Where is left to chance, which the minute decides: who
// comes once a day would find a list that turns by one a minute where it was, if its length divides that of a day.
func turned[T any](list []T, now time.Time) []T {
	if len(list) == 0 {
		return nil
	}
	const minute = 60
	chance := rand.New(rand.NewPCG(uint64(now.Unix()/minute), 0)) //nolint:gosec // fairness, and no secret
	at := chance.IntN(len(list))
	return append(slices.Clone(list[at:]), list[:at]...)
}
