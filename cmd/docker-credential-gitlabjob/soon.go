package main

import (
	"fmt"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// announce says that a token which was just served expires soon: one line, once a day for each registry, and not at all
// where it cannot be remembered that it was said.
func (w world) announce(served credentials.Kept) {
	ring := &keyring.Keyring{Getenv: w.getenv}
	if ring.FirstToday(served.Host, w.now()) {
		w.note("%s; run: %s", soon(served, w.now()), renewCommand(served))
	}
}

// soon says when a token expires.
func soon(k credentials.Kept, now time.Time) string {
	name := ""
	if k.Life.Name != "" {
		name = fmt.Sprintf(" (%q)", k.Life.Name)
	}
	return fmt.Sprintf("the token for %s%s expires on %s, %s", k.Host, name,
		k.Life.ExpiresAt.UTC().Format("2006-01-02 15:04 UTC"), inDays(k.Life, now))
}

// inDays says how many whole days a token has left: "in 43 days".
func inDays(l credentials.Life, now time.Time) string {
	switch days, _ := l.DaysLeft(now); days {
	case 0:
		return "in less than a day"
	case 1:
		return "in 1 day"
	default:
		return fmt.Sprintf("in %d days", days)
	}
}

// renewCommand is how a token that is kept gets a successor.
func renewCommand(k credentials.Kept) string {
	if k.Life.Rotates() {
		return program + " rotate " + k.Host.String()
	}
	return program + " login " + k.Host.String()
}
