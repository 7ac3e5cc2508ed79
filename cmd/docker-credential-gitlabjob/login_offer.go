package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
)

// offer lets the person configure Docker, where it would not ask this helper.
func (l *login) offer(ctx context.Context, kept credentials.Kept) error {
	hosts := append([]credentials.Host{kept.Host}, answered(ctx, l.helper.Keeper, kept)...)
	reason, err := l.unconfigured(hosts)
	switch {
	case err != nil:
		l.note("whether Docker asks this helper cannot be told: %v", err)
		return nil
	case reason == "":
		return nil
	}
	words := make([]string, 0, len(hosts))
	for _, h := range hosts {
		words = append(words, h.String())
	}
	command := program + " configure " + strings.Join(words, " ")
	if _, terminal := isTerminal(l.w.stdin); !terminal || l.o.stdin || l.quiet {
		l.note("%s; run: %s", reason, command)
		return nil
	}
	l.note("%s", reason)
	if !l.w.agrees("run \"" + command + "\" now?") {
		return nil
	}
	if l.w.configure(ctx, configureOptions{hosts: words}) != exitOK {
		return errReported
	}
	return nil
}

// unconfigured says why Docker would not ask this helper for one of the hosts, or "".
func (l *login) unconfigured(hosts []credentials.Host) (string, error) {
	path, err := dockerconfig.Path(l.w.getenv)
	if err != nil {
		return "", err
	}
	text, err := editfile.File{Path: path}.Read()
	if err != nil {
		return "", err
	}
	f, err := dockerconfig.Parse(text)
	if err != nil {
		return "", &configError{path: path, err: err}
	}
	for _, h := range hosts {
		name := f.HelperFor(h.String())
		switch {
		case name == configure.Helper && len(f.Entries(h)) > 0:
			return fmt.Sprintf("%s still has a login for %s in plaintext", path, h), nil
		case name == configure.Helper:
		case name != "":
			return fmt.Sprintf("Docker asks docker-credential-%s for %s, and not this helper", name, h), nil
		default:
			return fmt.Sprintf("Docker does not ask this helper for %s yet", h), nil
		}
	}
	return "", nil
}
