package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	dch "github.com/docker/docker-credential-helpers/credentials"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// maxInput is more than any client sends, in bytes; the protocol library has the same limit for each line.
const maxInput = 64 << 10

// inputError says that standard input is not what the verb takes.
type inputError struct{ reason string }

func (e *inputError) Error() string { return e.reason }

// readInput reads what a verb takes on standard input. The protocol library joins lines, so that "registry.exa" above
// "mple" would be a registry that nobody has named: a server URL of more than one line is refused here.
func readInput(verb string, stdin io.Reader) ([]byte, error) {
	input, err := io.ReadAll(io.LimitReader(stdin, maxInput+1))
	if err != nil {
		return nil, &inputError{fmt.Sprintf("%s: standard input cannot be read: %v", verb, err)}
	}
	if len(input) > maxInput {
		return nil, &inputError{fmt.Sprintf("%s: standard input has more than %d bytes", verb, maxInput)}
	}
	named := verb == dch.ActionGet || verb == dch.ActionErase
	if named && bytes.ContainsAny(bytes.TrimSpace(input), "\r\n") {
		return nil, &credentials.BadHostError{Reason: "it has more than one line"}
	}
	return input, nil
}

// nameInput names the input where the protocol library returns the bare errors of its parsers, which may quote it.
func nameInput(verb string, err error) error {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch) && mismatch.Field != "":
		return &inputError{verb + ": on standard input " + mismatch.Field + " is not a string"}
	case errors.As(err, &syntax), errors.As(err, &mismatch), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &inputError{verb + ": standard input is not the JSON object that Docker sends"}
	}
	return err
}
