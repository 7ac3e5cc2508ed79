package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/pflag"
)

// humanVerb is a verb that is for people and not for Docker.
type humanVerb struct {
	use      string // the verb and what follows it
	long     string // what it does
	examples string
	flags    *pflag.FlagSet
	run      func(ctx context.Context, words []string) (exit int, misuse error)
}

// humanVerbs returns what makes the verb of that name, or nil.
func humanVerbs(name string) func(world) humanVerb {
	switch name {
	case "login":
		return loginVerb
	case "status":
		return statusVerb
	case "rotate":
		return rotateVerb
	case "logout":
		return logoutVerb
	case "configure":
		return configureVerb
	case "doctor":
		return doctorVerb
	}
	return nil
}

// human runs the verb that args begin with. Everything that this needs is put together here, when it is known that
// nobody is waiting for a pull.
func human(ctx context.Context, args []string, w world) int {
	out := &sink{Writer: w.stdout}
	w.stdout = out
	verb := humanVerbs(args[0])(w)
	verb.flags.SetOutput(io.Discard)
	verb.flags.SortFlags = false
	help := verb.flags.BoolP("help", "h", false, "print this")
	err := verb.flags.Parse(args[1:])
	if err != nil {
		err = flagError(err)
	} else if *help {
		return w.print(verb.help())
	}
	code := exitUsage
	if err == nil {
		code, err = verb.run(ctx, verb.flags.Args())
	}
	switch {
	case err != nil:
		return w.misused(err.Error(), "run: "+program+" help "+args[0])
	case out.err != nil && code == exitOK:
		w.complain("what was done could not be written to standard output: "+out.err.Error(),
			"run: "+program+" status")
		return exitFail
	}
	return code
}

// sink remembers that something did not get through.
type sink struct {
	io.Writer

	err error
}

// Write implements io.Writer.
func (s *sink) Write(p []byte) (int, error) {
	n, err := s.Writer.Write(p)
	if s.err == nil {
		s.err = err
	}
	return n, err
}

// help is what "help VERB" prints.
func (v humanVerb) help() string {
	return v.long + "\n\nUsage: " + program + " " + v.use + "\n\nExamples:\n" + v.examples + "\n\nFlags:\n" +
		v.flags.FlagUsages()
}

// flagError says what is wrong with a flag. It repeats no more of the command line than the name of a flag, since
// anything else may be a token in the wrong place.
func flagError(err error) error {
	var unknown *pflag.NotExistError
	var valueless *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown) && likeAFlag(unknown.GetSpecifiedName()):
		return errors.New("there is no flag --" + unknown.GetSpecifiedName() + " here")
	case errors.As(err, &valueless):
		return errors.New("the flag --" + valueless.GetSpecifiedName() + " needs a value")
	case errors.As(err, &invalid):
		return errors.New("the flag --" + invalid.GetFlag().Name + " does not take that value")
	}
	return errors.New("a word on the command line is no flag of this verb")
}

func likeAFlag(name string) bool {
	const longest = 20
	return len(name) > 1 && len(name) <= longest && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") == "" &&
		!strings.HasPrefix(name, "gl")
}
