package clients

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Entries returns all that stands in auths, in the order of the keys, as Docker reads it. Of a file like ~/.dockercfg,
// which is bare, it is what stands in the file itself. What cannot be decoded is Failed.
func (f *File) Entries(bare bool) []Credential {
	c := f.docker()
	if bare {
		c = f.containers(true)
	}
	v := view{path: f.Path, config: c}
	found := make([]Credential, 0, len(c.auths))
	for _, key := range slices.Sorted(maps.Keys(c.auths)) {
		e, _ := v.entryAt(key)
		if c.broken[key] {
			e.Outcome, e.Text = Failed, errAuth.Error()
		}
		found = append(found, orEmpty(Answer{Credential: e}).Credential)
	}
	return found
}

// HelperNames returns which helpers the file names for which registries, in the order of the keys, and last the one for
// all. Nobody is asked.
func (f *File) HelperNames() []Credential {
	v := view{path: f.Path, config: f.docker()}
	var found []Credential
	for _, key := range slices.Sorted(maps.Keys(v.helpers)) {
		if c, _ := v.helperAt(key); c.Helper != "" {
			found = append(found, c)
		}
	}
	if c, ok := v.storeFor(); ok {
		found = append(found, c)
	}
	return found
}

// Problem returns why Docker does not understand the whole of the file, or nil. It has no value of the file in it.
func (f *File) Problem() error { return f.docker().err }

// Malformed returns why Docker does not understand the file, or nil, for people. That an entry of it cannot be decoded
// is a matter of Entries.
func (f *File) Malformed() error {
	err := f.Problem()
	var typed *json.UnmarshalTypeError
	switch {
	case errors.Is(err, errAuth):
		return nil
	case errors.As(err, &typed):
		member, _, _ := strings.Cut(typed.Field, ".")
		return fmt.Errorf("%q is not of the type that Docker reads there", member)
	}
	return err
}
