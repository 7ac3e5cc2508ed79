package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The result codes of Security.framework (SecBase.h) that matter here. A process ends with the low byte of one.
const (
	userCanceled          = -128
	authFailed            = -25293
	duplicateItem         = -25299
	itemNotFound          = -25300
	interactionNotAllowed = -25308
)

var texts = map[int]string{
	userCanceled:          "User canceled the operation.",
	authFailed:            "The user name or passphrase you entered is not correct.",
	duplicateItem:         "The specified item already exists in the keychain.",
	itemNotFound:          "The specified item could not be found in the keychain.",
	interactionNotAllowed: "User interaction is not allowed.",
}

// fail says what went wrong in which function, and returns the exit code.
func fail(function string, result int) int {
	fmt.Fprintf(os.Stderr, "security: %s: %s\n", function, texts[result])
	return result & 0xff
}

// play fails where FAKESECURITY_PLAY wants it, and returns the exit code.
func play(function string) int {
	switch os.Getenv("FAKESECURITY_PLAY") {
	case "locked":
		return fail(function, interactionNotAllowed)
	case "canceled":
		return fail(function, userCanceled)
	case "denied":
		return fail(function, authFailed)
	}
	return 0
}

// complain notes a call that must not be, which the test looks for, and returns an exit code.
func complain(format string, args ...any) int {
	text := fmt.Sprintf(format, args...)
	note("complaints", text)
	fmt.Fprintln(os.Stderr, "security:", text)
	return 2 // wrong usage
}

// note adds a line to a file.
func note(file, line string) {
	path := filepath.Join(os.Getenv("FAKESECURITY_DIR"), file)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	must(err)
	_, err = fmt.Fprintln(f, line)
	must(errors.Join(err, f.Close()))
}

// must ends the program where the stand-in itself does not work.
func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "security:", err)
		os.Exit(99)
	}
}
