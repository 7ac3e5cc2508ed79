package keyring

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// MaxRecord is the most bytes a record may have: what fits into every vault. Windows' credential manager takes 2,560
// bytes, macOS' security command line 4,096 with base64 and the rest of the command.
const MaxRecord = 2500

const recordVersion = 1

// record is what stands in a vault, as JSON. It can be judged without the catalogue: it has its own expiry.
type record struct {
	Version  int              `json:"v"`
	ID       string           `json:"id"` // of this one record; the catalogue's line has the same
	Host     string           `json:"host"`
	Username string           `json:"username"`
	Token    string           `json:"token"`
	Life     credentials.Life `json:"life"`
}

// encodeRecord returns the record for the vault, or ErrTooLarge. What only people read (name, scopes) stays out of it.
func encodeRecord(h credentials.Host, id string, t credentials.Token) (credentials.Secret, error) {
	if err := t.Life.Validate(); err != nil {
		return credentials.Secret{}, err // it could not be read again
	}
	life := t.Life
	life.Name, life.Scopes, life.GitLab = "", nil, ""
	data, err := json.Marshal(record{
		Version: recordVersion, ID: id, Host: h.String(), Username: t.Username, Token: t.Secret.Reveal(), Life: life,
	})
	if err != nil {
		return credentials.Secret{}, fmt.Errorf("encode the record: %w", err)
	}
	if len(data) > MaxRecord {
		return credentials.Secret{}, ErrTooLarge
	}
	return credentials.NewSecret(string(data)), nil
}

// recordExpiry returns when the token in a record expires, if that is known. The vault that forgets by itself asks.
func recordExpiry(data credentials.Secret) (time.Time, bool) {
	var r record
	if json.Unmarshal([]byte(data.Reveal()), &r) != nil || r.Life.Expiry != credentials.ExpiryKnown {
		return time.Time{}, false
	}
	return r.Life.ExpiresAt, true
}

// decodeRecord reads a record that was kept for h. Its errors never quote the record.
func decodeRecord(h credentials.Host, data credentials.Secret) (record, error) {
	var r record
	if err := json.Unmarshal([]byte(data.Reveal()), &r); err != nil {
		return record{}, errors.New("the record is not one of this program") // err may quote a value
	}
	switch {
	case r.Version > recordVersion:
		return record{}, fmt.Errorf("the record was written by a newer version (format %d, known is %d)",
			r.Version, recordVersion)
	case r.Version < 1 || r.ID == "" || r.Username == "" || r.Token == "":
		return record{}, errors.New("the record is incomplete")
	case r.Host != h.String():
		return record{}, errors.New("the record is for another host")
	}
	if err := r.Life.Validate(); err != nil {
		return record{}, fmt.Errorf("the record is damaged: %w", err)
	}
	return r, nil
}
