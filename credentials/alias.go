package credentials

import "slices"

// FindAlias returns the one of all that has h for an alias, if all that is kept for its GitLab is one and the same
// secret; else ErrNotKept. all is sorted as Keeper.All has it.
func FindAlias(all []Kept, h Host) (Kept, error) {
	at := slices.IndexFunc(all, func(k Kept) bool { return slices.Contains(k.Life.Aliases, h) })
	if at < 0 {
		return Kept{}, ErrNotKept
	}
	for _, k := range all {
		if k.Life.GitLab == all[at].Life.GitLab && k.ID != all[at].ID {
			return Kept{}, ErrNotKept
		}
	}
	return all[at], nil
}

// Answered returns the aliases of k that its token answers for, where all is what is kept: those that have no token of
// their own, and are no alias of another.
func (k Kept) Answered(all []Kept) []Host {
	return slices.DeleteFunc(slices.Clone(k.Life.Aliases), func(alias Host) bool {
		if slices.ContainsFunc(all, func(other Kept) bool { return other.Host == alias }) {
			return true
		}
		found, err := FindAlias(all, alias)
		return err != nil || found.ID != k.ID
	})
}
