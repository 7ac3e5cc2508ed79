package credentials

import (
	"context"
	"errors"
	"sync"
)

// Checked is what GitLab has said of a kept token, and how it stands with it since.
type Checked struct {
	Kept

	Err error // why there is no word of GitLab's, or what keeps the token from being of use although it is alive
}

// mostAtOnce bounds how many tokens GitLab is asked about at the same time.
const mostAtOnce = 4

// CheckAll asks GitLab about each of the kept tokens, about hosts with the same secret once, and writes down what it
// says: a token that it calls dead is refused by Get from then on, and one whose expiry nobody knows is good for
// UnverifiedGrace from now on. Its error is of that writing; what became of each token stands in its Checked.
func (h *Helper) CheckAll(ctx context.Context, all []Kept) ([]Checked, error) {
	all = h.mendAll(ctx, all)
	checked := make([]Checked, len(all))
	for i, k := range all {
		checked[i].Kept = k
	}
	tokens := make([]Token, len(all))
	atOnce(len(all), func(i int) {
		tokens[i], checked[i].Err = h.Keeper.Reveal(ctx, all[i])
	})
	groups := sameSecrets(checked, tokens)
	var away sync.Map // the GitLabs that could not be reached, which are not waited for again
	atOnce(len(groups), func(g int) {
		same := groups[g]
		gitLab := all[same[0]].Life.GitLab
		if err, is := away.Load(gitLab); is && gitLab != "" {
			for _, i := range same {
				checked[i].Err = about(all[i].Host, err.(error))
			}
			return
		}
		found, err := h.ask(ctx, all[same[0]], tokens[same[0]])
		if errors.As(err, new(*UnreachableError)) {
			away.Store(gitLab, err)
		}
		if errors.As(err, new(*RefusedError)) && h.replaced(ctx, all, same) {
			if tokens[same[0]], err = h.Keeper.Reveal(ctx, all[same[0]]); err == nil {
				found, err = h.ask(ctx, all[same[0]], tokens[same[0]])
			}
		}
		asked := all[same[0]].ID
		unmoved := asked == checked[same[0]].ID
		for _, i := range same {
			still := all[i].ID == asked || unmoved && all[i].ID == checked[i].ID
			checked[i].Kept = all[i]
			if still { // else it has got a token of its own meanwhile, a moment ago
				checked[i].Life, checked[i].Err = verdict(all[i].Life, found, about(all[i].Host, err), h.Now())
			}
		}
	})
	var newer []Kept
	for _, c := range checked {
		if c.Err == nil {
			newer = append(newer, c.Kept)
		}
	}
	if len(newer) == 0 {
		return checked, nil
	}
	return checked, h.Keeper.Amend(ctx, newer)
}

// replaced reports whether another process has replaced the token that these of all have, or is about to: then what
// GitLab says of the old one is of no interest. It waits for the end of that, and brings all up to date.
func (h *Helper) replaced(ctx context.Context, all []Kept, same []int) (is bool) {
	for _, i := range same {
		now, err := h.Keeper.Find(ctx, all[i].Host)
		if err == nil && now.Rotation.Begun() {
			if _, err = h.Keeper.Reveal(ctx, now); err == nil {
				now, err = h.Keeper.Find(ctx, all[i].Host)
			}
		}
		if err == nil && now.ID != all[i].ID {
			all[i], is = now, true
		}
	}
	return is
}

// about returns what has come of asking about another host's token, as it is for this one.
func about(h Host, err error) error {
	var out *UnreachableError
	if errors.As(err, &out) {
		return &UnreachableError{Host: h, Err: out.Err}
	}
	return err
}

// atOnce does something for each of n, some at the same time.
func atOnce(n int, do func(i int)) {
	var wait sync.WaitGroup
	slots := make(chan struct{}, mostAtOnce)
	for i := range n {
		wait.Add(1)
		slots <- struct{}{}
		go func() {
			defer func() { <-slots; wait.Done() }()
			do(i)
		}()
	}
	wait.Wait()
}

// sameSecrets returns which of the tokens that could be revealed are one and the same for one GitLab.
func sameSecrets(checked []Checked, tokens []Token) [][]int {
	type asked struct {
		secret Secret
		gitLab string
	}
	at := make(map[asked]int)
	var groups [][]int
	for i, c := range checked {
		if c.Err != nil {
			continue
		}
		about := asked{tokens[i].Secret, c.Life.GitLab}
		g, known := at[about]
		if !known {
			g = len(groups)
			at[about] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}

// ask asks GitLab about one kept token.
func (h *Helper) ask(ctx context.Context, k Kept, token Token) (Finding, error) {
	return h.Inspector.Inspect(ctx, Question{
		Host: k.Host, Username: token.Username, Secret: token.Secret, GitLab: k.Life.GitLab,
	})
}
