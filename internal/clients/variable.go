package clients

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// variable returns the content of DOCKER_AUTH_CONFIG as docker/cli decodes it: strictly, and without helpers.
func (f *File) variable() *config {
	if f.asVariable != nil {
		return f.asVariable
	}
	c := &config{auths: make(map[string]entry)}
	f.asVariable = c
	var members struct {
		Auths map[string]struct {
			Auth string `json:"auth"`
		} `json:"auths"`
	}
	decoder := json.NewDecoder(strings.NewReader(string(f.Text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&members); err != nil && !errors.Is(err, io.EOF) {
		c.err = err
		return c
	}
	if decoder.More() {
		c.err = errors.New("it holds more than one JSON object")
		return c
	}
	for key, a := range members.Auths {
		username, password, ok := splitAuth(a.Auth)
		if !ok || username == "" {
			c.err = fmt.Errorf("%q: %w", key, errAuth)
			return c
		}
		c.auths[key] = entry{username: username, secret: trimmed(password)}
	}
	return c
}
