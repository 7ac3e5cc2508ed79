package doctor

import (
	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// Report is the answer.
type Report struct {
	Image    string // what was asked about; "" for all
	Rows     []Row
	Findings []Finding
	Skipped  []Skipped
	// Homes and Files are how many were looked into, and found there.
	Homes, Files int
}

// Skipped is a file that root has not looked at.
type Skipped struct{ User, Path, Why string }

// Row says with which credential one client of one user goes to a registry.
type Row struct {
	Image  string
	Host   credentials.Host
	Client clients.Client
	User   string
	Rules  string // of gitlab-runner: ">=18.3" or "<18.3"
	Shown

	Shadows []Shown
	Rivals  []Shown
	Stops   bool
	Failed  *Shown // what failed before
}

// Shown is a credential and how it stands with it.
type Shown struct {
	clients.Credential
	Verdict
}

// Severity is how bad a finding is.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // pulls fail of it, now or by turns
	Warning Severity = "warning" // pulls will fail of it, or a secret lies in the open
)

// Finding is one thing that is wrong.
type Finding struct {
	ID       string
	Severity Severity
	User     string // whose; "" for the machine's
	Path     string
	Key      string
	Username string
	Kind     credentials.Kind
	State    State
	Message  string // one sentence
	Fix      string // the command that mends it

	// Host is the registry that it is about, if it is about one.
	Host credentials.Host
	// Safe is whether --fix does it.
	Safe bool
}
