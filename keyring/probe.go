package keyring

import "context"

// Probe returns the name of the vault that a new token would go to, and nil where that answers now. Unlike Ready it
// touches neither the catalogue nor its directory. Its error is ErrNone where nothing shall be kept, or the vault's.
func (k *Keyring) Probe(ctx context.Context) (vault string, err error) {
	v, _, err := k.newVault(ctx)
	if err != nil {
		return "", err
	}
	return v.Name(), v.Ready(ctx)
}
