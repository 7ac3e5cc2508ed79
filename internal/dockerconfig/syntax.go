package dockerconfig

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

const notAnObject = "it is not a JSON object"

// SyntaxError says where a file cannot be read. Docker cannot read it either, or reads no further.
type SyntaxError struct {
	Line, Column int // both from 1; the column in bytes
	Reason       string
}

// Error implements error.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// decode reads what matters as Docker does, and says where it cannot. No value is quoted: it may be secret.
func decode(text []byte, into any) error {
	err := json.Unmarshal(text, into)
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		return at(text, syntax.Offset, syntax.Error())
	case errors.As(err, &mismatch) && mismatch.Field != "":
		member, _, _ := strings.Cut(mismatch.Field, ".")
		return at(text, mismatch.Offset, fmt.Sprintf("a value in %q is of another type than Docker takes there", member))
	case errors.As(err, &mismatch):
		return at(text, mismatch.Offset, notAnObject)
	}
	return at(text, 1, "it is not the JSON that Docker takes")
}

// at turns the offset behind the culprit into a place.
func at(text []byte, offset int64, reason string) error {
	before := text[:max(0, min(int(offset)-1, len(text)))]
	return &SyntaxError{
		Line:   1 + bytes.Count(before, []byte("\n")),
		Column: len(before) - bytes.LastIndexByte(before, '\n'),
		Reason: reason,
	}
}
