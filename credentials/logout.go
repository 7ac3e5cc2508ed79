package credentials

import "context"

// Logout removes what is kept. With revoke GitLab makes the token worthless first, and then it goes for every host that
// it is kept for. It returns what was removed. When GitLab does not do it, nothing is removed: without the token nobody
// could ask again.
func (h *Helper) Logout(ctx context.Context, k Kept, revoke bool) ([]Kept, error) {
	if revoke {
		return h.revoke(ctx, k)
	}
	if err := h.Keeper.Forget(ctx, k.Host); err != nil {
		return nil, err
	}
	return []Kept{k}, nil
}

// revoke has GitLab make the token worthless, and removes it for every host that it is kept for. Meanwhile no other
// process can have it replaced, or keep another one: of the old token GitLab would say that it is revoked already, and
// the new one would live on with nobody who could revoke it.
func (h *Helper) revoke(ctx context.Context, k Kept) ([]Kept, error) {
	renewal, err := h.Keeper.Renew(ctx, k)
	if err != nil {
		return nil, err
	}
	defer renewal.Close()
	if since, interrupted := renewal.Interrupted(); interrupted {
		return nil, &InterruptedError{Host: k.Host, Since: since}
	}
	token, err := renewal.Token()
	if err != nil {
		return nil, err
	}
	q := Question{Host: k.Host, Username: token.Username, Secret: token.Secret, GitLab: k.Life.GitLab}
	err = h.Issuer.Revoke(ctx, q)
	if isUnknown(err) && token.Life.Kind != KindPersonal {
		err = &RefusedError{Host: k.Host, Why: RefusedKind, GitLab: q.GitLab}
	}
	if err != nil {
		return nil, err
	}
	gone := renewal.Hosts()
	if err := renewal.Forget(ctx); err != nil {
		return nil, err
	}
	return gone, nil
}
