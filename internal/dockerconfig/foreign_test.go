package dockerconfig

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// member is a member of a JSON object, with its value as it is written.
type member struct {
	name  string
	value []byte
}

// membersOf reads an object with encoding/json alone, those that come twice included. It is nil for anything else.
func membersOf(t *testing.T, object []byte) []member {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(object))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return nil
	}
	found := []member{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			t.Fatalf("%q: %v", object, err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatalf("%q: %v", object, err)
		}
		found = append(found, member{name.(string), value})
	}
	return found
}

// foreign returns all that a change for h must leave as it was, byte for byte and in order.
func foreign(t *testing.T, text []byte, h credentials.Host) []string {
	t.Helper()
	var found []string
	for _, m := range membersOf(t, text) {
		isAuths, isHelpers := strings.EqualFold(m.name, "auths"), strings.EqualFold(m.name, "credHelpers")
		if !isAuths && !isHelpers {
			found = append(found, m.name+" = "+string(m.value))
			continue
		}
		if isAuths {
			found = append(found, m.name)
		}
		for _, inner := range membersOf(t, m.value) {
			host, ok := HostOf(inner.name)
			if isAuths && ok && host == h && !isMark(t, inner.value) || isHelpers && inner.name == h.String() {
				continue
			}
			found = append(found, m.name+"."+inner.name+" = "+string(inner.value))
		}
	}
	return found
}

// isMark reports whether an entry has nothing in it that could be a credential.
func isMark(t *testing.T, value []byte) bool {
	t.Helper()
	for _, m := range membersOf(t, value) {
		for _, name := range []string{"auth", "username", "password", "identitytoken", "registrytoken"} {
			var s string
			if strings.EqualFold(m.name, name) && json.Unmarshal(m.value, &s) == nil && s != "" {
				return false
			}
		}
	}
	return true
}
