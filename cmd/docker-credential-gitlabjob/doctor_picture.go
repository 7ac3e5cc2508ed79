package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
)

// telling is what there is to say of a row.
type telling struct {
	*doctor.Row

	state string
	lines []string
}

func tellings(rows []doctor.Row) []telling {
	all := make([]telling, len(rows))
	for i := range rows {
		all[i] = telling{&rows[i], state(rows[i]), paragraph(rows[i])}
	}
	return all
}

// says reports whether two rows say the same, of whichever clients.
func (t telling) says(o telling) bool { return t.state == o.state && slices.Equal(t.lines, o.lines) }

// picture shows people which credential wins: a block for each user and image, in which clients that do the same share
// a paragraph.
func (d *doctoring) picture(rows []doctor.Row, colours bool) string {
	var text strings.Builder
	var whole []telling // what the block of the registry as a whole has shown
	for start, end := 0, 0; start < len(rows); start = end {
		for end < len(rows) && rows[end].User == rows[start].User && rows[end].Image == rows[start].Image {
			end++
		}
		block := tellings(rows[start:end])
		if len(whole) > 0 && (whole[0].User != block[0].User || whole[0].Host != block[0].Host) {
			whole = nil
		}
		d.block(&text, block, whole, colours)
		if whole == nil {
			whole = block
		}
	}
	return text.String()
}

// block shows the clients of one user for one image. Where all of them find nothing it is of interest to who asks only,
// and gitlab-runner's rules are of none where there is no gitlab-runner. For a group or project it shows what is not so
// for the whole registry.
func (d *doctoring) block(text *strings.Builder, rows, whole []telling, colours bool) {
	noRunner := !d.machine.Runner.Found && !d.machine.Runner.FromLog
	rows = slices.DeleteFunc(slices.Clone(rows), func(r telling) bool {
		told := func(w telling) bool { return w.Client == r.Client && w.Rules == r.Rules && w.says(r) }
		return r.Client == clients.Runner && noRunner || slices.ContainsFunc(whole, told)
	})
	something := func(r telling) bool { return r.Source != clients.None && r.Source != clients.FromJob }
	if len(rows) == 0 || rows[0].User != d.me.Name && !slices.ContainsFunc(rows, something) {
		return
	}
	fmt.Fprintf(text, "%s, for %s\n", oneLine(rows[0].Image), oneLine(rows[0].User))
	const stateWidth = 9
	for _, g := range grouped(rows) {
		fmt.Fprintf(text, "  %s  %s\n", coloured(g[0].state, stateWidth, colours), names(g))
		for _, line := range g[0].lines {
			fmt.Fprintf(text, "%*s%s\n", stateWidth+4, "", line)
		}
	}
	text.WriteByte('\n')
}

// grouped puts together what says the same of several clients.
func grouped(rows []telling) [][]telling {
	var groups [][]telling
	for _, r := range rows {
		if i := slices.IndexFunc(groups, func(g []telling) bool { return g[0].says(r) }); i >= 0 {
			groups[i] = append(groups[i], r)
			continue
		}
		groups = append(groups, []telling{r})
	}
	return groups
}

// families are what else chooses as a client does.
var families = map[clients.Client]string{
	clients.Podman: "podman/skopeo/buildah", clients.Crane: "crane/ko/kaniko",
}

// names are those of the clients in a group.
func names(group []telling) string {
	var all []string
	for _, r := range group {
		name := string(r.Client)
		if family, ok := families[r.Client]; ok {
			name = family
		}
		if r.Rules != "" {
			name += " " + r.Rules
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ")
}

// paragraph is what there is to say of one row besides its state: whose credential, of what kind, where it stands, what
// it hides, and why.
func paragraph(r doctor.Row) []string {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, oneLine(fmt.Sprintf(format, args...))) }
	switch r.Source {
	case clients.None:
		if r.Why != "" {
			add("%s: %s", r.Why, r.Path)
			return lines
		}
		add("anonymous")
	case clients.Empty, clients.Unstable:
		add("%s", r.Reason())
	default:
		add("%s", who(r.Shown))
	}
	if origin := r.Origin(); origin != "" && r.Source != clients.Unstable {
		add("from %s", origin)
	}
	for _, rival := range r.Rivals {
		add("either %s from %s", who(rival), rival.Origin())
	}
	for _, hidden := range r.Shadows {
		add("hides %s from %s", who(hidden), hidden.Origin())
	}
	switch {
	case r.Source == clients.Empty, r.Source == clients.Unstable:
	case r.Failed != nil, r.Stops, r.Source != clients.None && r.State != doctor.Valid && r.Why != "":
		add("%s", r.Reason())
	}
	return lines
}

// who names a credential.
func who(s doctor.Shown) string {
	name := s.Username
	switch {
	case s.Source == clients.FromJob:
		return "the job's own token"
	case s.Outcome == clients.Unknown:
		return "an answer that is not known"
	case name == "" && s.Secret.Empty() && !s.Identity:
		name = "nothing"
	case name == "":
		name = "a token without a name"
	}
	if s.Kind != "" && s.Kind != "unknown" {
		name += " (" + strings.ReplaceAll(string(s.Kind), "-", " ") + ")"
	}
	if !s.ExpiresAt.IsZero() {
		name += ", until " + s.ExpiresAt.UTC().Format("2006-01-02 15:04 UTC")
	}
	return name
}

// state is how it stands with what a client uses, in a word.
func state(r doctor.Row) string {
	if r.State == "" { // none, unstable
		return string(r.Source)
	}
	return string(r.State)
}

// coloured pads a state, and colours it by how bad it is.
func coloured(state string, width int, colours bool) string {
	padded := fmt.Sprintf("%-*s", width, state)
	if !colours {
		return padded
	}
	const green, yellow, red = "32", "33", "31"
	colour := red
	switch doctor.State(state) {
	case doctor.Valid:
		colour = green
	case doctor.Unchecked, doctor.State(clients.None):
		colour = yellow
	}
	return "\x1b[" + colour + "m" + padded + "\x1b[0m"
}
