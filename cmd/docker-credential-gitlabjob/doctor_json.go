package main

import (
	"encoding/json"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
)

// What doctor prints for scripts. Members are added to, and none is ever renamed or left out.
type doctorReport struct {
	Image    string          `json:"image"`
	Log      *doctorLog      `json:"log,omitempty"`
	Clients  []doctorClient  `json:"clients"`
	Findings []doctorFinding `json:"findings"`
	Skipped  []doctorSkipped `json:"skipped"`
}

type doctorClient struct {
	Client string `json:"client"`
	User   string `json:"user"`
	Image  string `json:"image"`
	Rules  string `json:"rules,omitempty"`
	doctorCredential

	Shadows []doctorCredential `json:"shadows"`
}

type doctorCredential struct {
	Source    clients.Source `json:"source"`
	Path      string         `json:"path"`
	Key       string         `json:"key"`
	Helper    string         `json:"helper,omitempty"`
	Username  string         `json:"username"`
	Kind      string         `json:"kind"`
	State     doctor.State   `json:"state"`
	ExpiresAt *string        `json:"expires_at"`
	Why       string         `json:"why"`
}

type doctorFinding struct {
	ID       string          `json:"id"`
	Severity doctor.Severity `json:"severity"`
	User     string          `json:"user"`
	Path     string          `json:"path"`
	Key      string          `json:"key"`
	Username string          `json:"username"`
	Kind     string          `json:"kind"`
	State    doctor.State    `json:"state"`
	Message  string          `json:"message"`
	Fix      string          `json:"fix"`
}

type doctorSkipped struct {
	User string `json:"user"`
	Path string `json:"path"`
	Why  string `json:"why"`
}

// json is the answer for scripts.
func (d *doctoring) json(r doctor.Report) string {
	out := doctorReport{
		Image: r.Image, Log: d.logJSON(),
		Clients: []doctorClient{}, Findings: []doctorFinding{}, Skipped: []doctorSkipped{},
	}
	for _, row := range r.Rows {
		c := doctorClient{
			Client: string(row.Client), User: row.User, Image: row.Image, Rules: row.Rules,
			doctorCredential: credentialJSON(row.Shown), Shadows: []doctorCredential{},
		}
		c.Why = oneLine(row.Reason())
		for _, hidden := range append(row.Rivals, row.Shadows...) {
			c.Shadows = append(c.Shadows, credentialJSON(hidden))
		}
		out.Clients = append(out.Clients, c)
	}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, doctorFinding{
			ID: f.ID, Severity: f.Severity, User: f.User, Path: f.Path, Key: oneLine(f.Key), Username: oneLine(f.Username),
			Kind: string(f.Kind), State: f.State, Message: oneLine(f.Message), Fix: f.Fix,
		})
	}
	for _, s := range r.Skipped {
		out.Skipped = append(out.Skipped, doctorSkipped{User: s.User, Path: s.Path, Why: s.Why})
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // ">=18.3" is to be read by people, too
	encoder.SetIndent("", "  ")
	if encoder.Encode(out) != nil {
		return "" // there is no text that it fails on
	}
	return text.String()
}

func credentialJSON(s doctor.Shown) doctorCredential {
	c := doctorCredential{
		Source: s.Source, Path: s.Path, Key: oneLine(dockerconfig.Shown(s.Key)), Helper: s.Helper,
		Username: oneLine(s.Username), Kind: string(s.Kind), State: s.State, Why: oneLine(s.Why),
	}
	if !s.ExpiresAt.IsZero() {
		c.ExpiresAt = instant(s.ExpiresAt)
	}
	return c
}
