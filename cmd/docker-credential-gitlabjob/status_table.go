package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// statusTable shows tokens to people. Scopes and aliases stand below each other, so that a token takes few columns and
// yet has all that a grep may look for in its first line. The state comes last, where its colour moves nothing.
func statusTable(rows []statusRow, now time.Time, colours bool) string {
	var text strings.Builder
	const gap = 2
	t := tabwriter.NewWriter(&text, 0, 0, gap, ' ', 0)
	_, _ = fmt.Fprintln(t, "HOST\tUSERNAME\tTOKEN\tSCOPES\tVAULT\tEXPIRES\tSTATE")
	for _, r := range rows {
		scopes, aliases := r.Life.Scopes, r.Life.Aliases
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Host, cell(r.Username), tokenName(r.Life),
			nth(scopes, 0, "-"), cell(r.Vault), expires(r, now), shownState(r, colours))
		for i := 1; i < max(1+len(aliases), len(scopes)); i++ {
			also := ""
			if i <= len(aliases) {
				also = "  also: " + aliases[i-1].String()
			}
			_, _ = fmt.Fprintf(t, "%s\t\t\t%s\t\t\t\n", also, nth(scopes, i, ""))
		}
	}
	_ = t.Flush() // into memory
	lines := strings.Split(text.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

// cell makes a text from elsewhere fit for the table.
func cell(s string) string {
	const most = 40
	short := []rune(oneLine(s))
	switch {
	case len(short) == 0:
		return "-"
	case len(short) > most:
		return string(short[:most-1]) + "…"
	}
	return string(short)
}

func nth(of []string, i int, otherwise string) string {
	if i < len(of) {
		return cell(of[i])
	}
	return otherwise
}

// tokenName is the token's name, or what it is where it has none.
func tokenName(l credentials.Life) string {
	switch {
	case l.Name != "":
		return cell(l.Name)
	case l.Kind == credentials.KindJob:
		return "(job token)"
	case l.Kind == credentials.KindDeploy:
		return "(deploy token)"
	}
	return "-"
}

// expires says when a token dies: "2026-04-13, in 43 days".
func expires(r statusRow, now time.Time) string {
	l := r.Life
	at := l.ExpiresAt.UTC()
	date := at.Format(time.DateOnly)
	if !at.Equal(at.Truncate(24 * time.Hour)) {
		date = at.Format("2006-01-02 15:04 UTC")
	}
	switch {
	case l.Expiry == credentials.ExpiryNever:
		return "never"
	case l.Expiry == credentials.ExpiryUnknown && l.Kind == credentials.KindJob:
		return "with its job"
	case l.Expiry == credentials.ExpiryUnknown && l.Verdict != credentials.VerdictNone:
		return "unknown"
	case l.Expiry == credentials.ExpiryUnknown:
		seen := l.StoredAt
		if l.VerifiedAt.After(seen) {
			seen = l.VerifiedAt
		}
		return "unknown, check by " + seen.Add(credentials.UnverifiedGrace).UTC().Format(time.DateOnly)
	case l.Kind == credentials.KindJob, l.Verdict != credentials.VerdictNone, !now.Before(l.ExpiresAt):
		return date // how long it would have had is of no interest
	}
	return date + ", " + inDays(l, now)
}

// shownState is the state for people.
func shownState(r statusRow, colours bool) string {
	text := string(r.state)
	if r.text != "" {
		text = oneLine(r.text)
	}
	if !colours {
		return text
	}
	const green, yellow, red = "32", "33", "31"
	colour := yellow
	switch {
	case r.wrong != nil, r.state == credentials.StateExpired, r.state == credentials.StateRevoked:
		colour = red
	case r.state == credentials.StateValid:
		colour = green
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}
