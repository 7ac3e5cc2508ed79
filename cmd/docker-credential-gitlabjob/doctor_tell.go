package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
)

// tell prints the answer. What is wrong makes it a failure.
func (d *doctoring) tell(r doctor.Report) error {
	answer := ""
	switch {
	case d.o.json:
		answer = d.json(r)
	case !d.o.quiet:
		colours := d.w.colours(d.w.stdout)
		answer = d.logged() + d.picture(r.Rows, colours) + d.listed(r, colours)
	}
	if d.o.quiet {
		for _, s := range r.Skipped {
			d.w.note("%s", unseen(s))
		}
	}
	if answer != "" && d.w.print(answer) != exitOK {
		return errReported
	}
	if len(r.Findings) == 0 {
		return nil
	}
	d.complainOf(r.Findings)
	return errReported
}

// complainOf says on stderr that something is wrong: how much where it was listed already, else what.
func (d *doctoring) complainOf(findings []doctor.Finding) {
	if !d.o.quiet {
		safe := 0
		for _, f := range findings {
			if f.Safe {
				safe++
			}
		}
		hint := "run what stands with it"
		if len(findings) > 1 {
			hint = "run what stands with each"
		}
		if safe > 0 {
			hint = fmt.Sprintf("run: %s doctor --fix, which mends %d of %d, or %s", program, safe, len(findings), hint)
		}
		d.w.complain(plural(len(findings), "finding"), hint)
		return
	}
	var hints []string
	for _, f := range findings {
		d.w.complain(headline(f) + ": " + f.Message)
		if hint := "run: " + f.Fix; !slices.Contains(hints, hint) {
			hints = append(hints, hint)
		}
	}
	for _, hint := range hints {
		d.w.hint(hint)
	}
}

// listed says what is wrong, and how that is mended.
func (d *doctoring) listed(r doctor.Report, colours bool) string {
	var text strings.Builder
	for _, s := range r.Skipped {
		text.WriteString(oneLine(unseen(s)) + "\n")
	}
	text.WriteString(d.around(r))
	switch {
	case len(r.Findings) > 0:
	case len(r.Skipped) > 0:
		return text.String() + "nothing is wrong in what was looked at\n"
	default:
		return text.String() + "nothing is wrong\n"
	}
	for i, f := range r.Findings {
		severity := string(f.Severity)
		if colours {
			colour := map[doctor.Severity]string{doctor.Error: "31", doctor.Warning: "33"}[f.Severity]
			severity = "\x1b[" + colour + "m" + severity + "\x1b[0m"
		}
		fmt.Fprintf(&text, "\n%d. %s %s\n   %s\n   run: %s\n", i+1, severity, oneLine(headline(f)), oneLine(f.Message),
			oneLine(f.Fix))
	}
	return text.String()
}

// unseen says what root has not looked at.
func unseen(s doctor.Skipped) string {
	return fmt.Sprintf("not looked at, for %s: %s: %s", s.User, s.Path, s.Why)
}

// headline says what was found and where.
func headline(f doctor.Finding) string {
	text := f.ID
	if f.User != "" {
		text += ", " + f.User
	}
	if f.Path != "" {
		text += ", " + f.Path
	}
	if f.Key != "" {
		text += " [" + f.Key + "]"
	}
	return text
}

// around says what was found of this program, the vault and gitlab-runner, in a line each.
func (d *doctoring) around(r doctor.Report) string {
	m := d.machine
	text := fmt.Sprintf("looked at %s of %s", plural(r.Files, "file"), plural(r.Homes, "home"))
	if m.Program.OnPath != "" {
		text += "; this helper is " + m.Program.OnPath
	}
	text += "\n"
	if len(m.Users) > 0 && m.Users[0].Mine {
		vault := "it answers"
		switch {
		case m.Session.VaultErr != nil:
			vault = m.Session.VaultErr.Error()
		case m.Job.Running():
			vault = "a job needs none"
		}
		text += fmt.Sprintf("vault %s: %s (uid %d, HOME %s, bus %s)\n", m.Session.Vault, vault, m.Session.UID,
			m.Session.Home, m.Session.Bus)
	}
	if m.Runner.Found {
		version := "of a version that is not known"
		if m.Runner.Version != nil && !m.Runner.FromLog {
			version = m.Runner.Version.String()
		}
		text += "gitlab-runner " + version
		if m.Runner.User != "" {
			text += ", as " + m.Runner.User
		}
		text += "\n"
	}
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = oneLine(line) + "\n"
		}
	}
	return strings.Join(lines, "")
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
