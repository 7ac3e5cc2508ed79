package main

import (
	"encoding/json"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// statusMembers are the members of one token in the JSON. Scripts depend on them: they are added to, and none is ever
// renamed or left out. The help of the verb says what they mean.
type statusMembers struct {
	Host        string            `json:"host"`
	Aliases     []string          `json:"aliases"`
	Username    string            `json:"username"`
	Kind        credentials.Kind  `json:"kind"`
	TokenName   string            `json:"token_name"`
	Scopes      []string          `json:"scopes"`
	ExpiresAt   *string           `json:"expires_at"`
	ExpiryKnown bool              `json:"expiry_known"`
	State       credentials.State `json:"state"`
	DaysLeft    *int              `json:"days_left"`
	Vault       string            `json:"vault"`
	GitLabURL   string            `json:"gitlab_url"`
	VerifiedAt  *string           `json:"verified_at"`
	Problem     string            `json:"problem,omitempty"`
}

// statusJSON shows tokens to scripts.
func statusJSON(rows []statusRow, now time.Time) string {
	all := make([]statusMembers, 0, len(rows))
	for _, r := range rows {
		m := statusMembers{
			Host: r.Host.String(), Aliases: []string{}, Username: oneLine(r.Username), Kind: r.Life.Kind,
			TokenName: oneLine(r.Life.Name), Scopes: []string{}, ExpiryKnown: r.Life.Expiry != credentials.ExpiryUnknown,
			State: r.state, Vault: r.Vault, GitLabURL: oneLine(r.Life.GitLab), Problem: r.problem,
		}
		for _, alias := range r.Life.Aliases {
			m.Aliases = append(m.Aliases, alias.String())
		}
		for _, scope := range r.Life.Scopes {
			m.Scopes = append(m.Scopes, oneLine(scope))
		}
		if days, known := r.Life.DaysLeft(now); known {
			m.DaysLeft = &days
			m.ExpiresAt = instant(r.Life.ExpiresAt)
		}
		if r.Life.Verified() {
			m.VerifiedAt = instant(r.Life.VerifiedAt)
		}
		all = append(all, m)
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return "" // there is no text that it fails on
	}
	return string(text) + "\n"
}

func instant(at time.Time) *string {
	text := at.UTC().Format(time.RFC3339)
	return &text
}
