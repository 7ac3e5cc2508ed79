package keyring

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sort"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

const catalogVersion = 1

// Why a catalogue cannot be understood.
var (
	ErrDamaged = errors.New("it is damaged")
	ErrNewer   = errors.New("it was written by a newer version")
)

// catalog is the file that says what is kept, where, and until when. It has no secret in it.
type catalog struct {
	Version int              `json:"version"`
	Tokens  map[string]entry `json:"tokens"` // by canonical host
}

type entry struct {
	Username string           `json:"username"`
	Vault    string           `json:"vault"`
	ID       string           `json:"id"` // of the record that this line is about
	Life     credentials.Life `json:"life"`

	Rotation credentials.Rotation `json:"rotation,omitzero"`
}

// CatalogError says that the catalogue cannot be used.
type CatalogError struct {
	Path string
	Err  error
}

// Error implements error.
func (e *CatalogError) Error() string { return fmt.Sprintf("catalogue %s: %v", e.Path, e.Err) }

// Unwrap returns the cause.
func (e *CatalogError) Unwrap() error { return e.Err }

// decodeCatalog reads the catalogue's text. Every entry must be one that this program could have written.
func decodeCatalog(data []byte) (catalog, error) {
	var c catalog
	if err := json.Unmarshal(data, &c); err != nil {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			before := data[:min(int(syntax.Offset), len(data))]
			line := 1 + bytes.Count(before, []byte("\n"))
			return catalog{}, fmt.Errorf("line %d, column %d: %w", line, len(before)-bytes.LastIndexByte(before, '\n')-1, err)
		}
		return catalog{}, err
	}
	if c.Version < 1 {
		return catalog{}, fmt.Errorf("%w: it has no version", ErrDamaged)
	}
	if c.Version > catalogVersion {
		return catalog{}, fmt.Errorf("%w: format %d, known is %d", ErrNewer, c.Version, catalogVersion)
	}
	for spelt, e := range c.Tokens {
		host, err := credentials.ParseHost(spelt)
		if err == nil && host.String() != spelt {
			err = fmt.Errorf("%q is not written as %q", spelt, host)
		}
		if err == nil && (e.Username == "" || e.Vault == "" || e.ID == "") {
			err = errors.New("it is incomplete")
		}
		if err == nil {
			err = e.Life.Validate()
		}
		if err != nil {
			return catalog{}, fmt.Errorf("%w: entry %q: %w", ErrDamaged, spelt, err)
		}
	}
	if c.Tokens == nil {
		c.Tokens = map[string]entry{}
	}
	return c, nil
}

// kept returns the lines of c, sorted by host.
func (c catalog) kept() ([]credentials.Kept, error) {
	all := make([]credentials.Kept, 0, len(c.Tokens))
	for spelt, e := range c.Tokens {
		h, err := credentials.ParseHost(spelt)
		if err != nil {
			return nil, err // decodeCatalog has let it through: cannot be
		}
		all = append(all, kept(h, e))
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Host.String() < all[j].Host.String() })
	return all, nil
}
