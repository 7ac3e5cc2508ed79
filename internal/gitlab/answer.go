package gitlab

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// outcome is how an endpoint of GitLab took a credential.
type outcome int

const (
	outOfReach outcome = iota // it could not be asked, or something else than GitLab answered
	accepted
	refused   // it does not know the credential, or says nothing more
	forbidden // it knows the credential, and will not have it here
	garbled   // it accepts the credential and says something of it that cannot be read
)

// answer is what one endpoint said.
type answer struct {
	outcome outcome
	word    string // GitLab's own text, fit to be shown
	err     error  // where outcome is outOfReach or garbled, or where refused is said by a page that is not there
}

// String says for a trace how the credential was taken.
func (a answer) String() string {
	switch {
	case a.outcome == accepted:
		return "accepted"
	case a.outcome == refused && a.err == nil:
		return "refused (" + a.word + ")"
	case a.outcome == forbidden:
		return "forbidden (" + a.word + ")"
	}
	return fmt.Sprint(a.err)
}

// refusal is the body of a refusal in each of the three forms that GitLab has.
type refusal struct {
	Message     string `json:"message"` // of the API: "401 Unauthorized"
	Error       string `json:"error"`   // of OAuth (RFC 6750, 3.1): "invalid_token", with a description
	Description string `json:"error_description"`
	Errors      []struct {
		Message string `json:"message"`
	} `json:"errors"` // of the registry's sign-in
}

// text returns the text that is for people.
func (r refusal) text() string {
	switch {
	case r.Description != "":
		return r.Description
	case r.Message != "":
		return r.Message
	case len(r.Errors) > 0:
		return r.Errors[0].Message
	}
	return r.Error
}

// readRefusal reads a 401 or 403 of GitLab, which comes with a reason in JSON. Without one it is not GitLab that
// refuses the credential but something before it that refuses the address: GitLab's ban after too many attempts is a
// 403 in plain text (gl:app/controllers/application_controller.rb, IpBlocked), and so are most proxies' words.
func readRefusal(got reply, hide []string) (answer, refusal) {
	if got.status != http.StatusUnauthorized && got.status != http.StatusForbidden {
		return answer{err: got.unexpected(hide...)}, refusal{}
	}
	var told refusal
	if err := json.Unmarshal(got.body, &told); err != nil || told.text() == "" {
		err := fmt.Errorf("%w without GitLab's reason: a proxy, or a ban of this address", got.unexpected(hide...))
		return answer{err: err}, refusal{}
	}
	no := answer{outcome: refused, word: word(told.text(), hide...)}
	if got.status == http.StatusForbidden {
		no.outcome = forbidden
	}
	return no, told
}
