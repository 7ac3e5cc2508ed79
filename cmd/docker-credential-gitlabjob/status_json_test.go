package main

import (
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// Scripts depend on each letter of this.
func TestStatusJSON(t *testing.T) {
	never := deployRow(t)
	never.Life.Expiry, never.problem = credentials.ExpiryNever, problemLost
	never.Life.Name = "a\n\u202eb"
	never.Life.VerifiedAt = time.Date(2026, 3, 1, 13, 0, 0, 999, time.FixedZone("", 3600))
	const want = `[
  {
    "host": "registry.gitlab.com",
    "aliases": [
      "gitlab.com"
    ],
    "username": "alice",
    "kind": "personal-access-token",
    "token_name": "laptop",
    "scopes": [
      "read_registry",
      "write_registry",
      "self_rotate"
    ],
    "expires_at": "2026-04-14T00:00:00Z",
    "expiry_known": true,
    "state": "valid",
    "days_left": 43,
    "vault": "os",
    "gitlab_url": "https://gitlab.com",
    "verified_at": "2026-02-20T12:00:00Z"
  },
  {
    "host": "gitlab.example.com:5050",
    "aliases": [],
    "username": "gitlab+deploy-token-1",
    "kind": "deploy-token",
    "token_name": "",
    "scopes": [],
    "expires_at": null,
    "expiry_known": false,
    "state": "unverified",
    "days_left": null,
    "vault": "kernel",
    "gitlab_url": "",
    "verified_at": null
  },
  {
    "host": "gitlab.example.com:5050",
    "aliases": [],
    "username": "gitlab+deploy-token-1",
    "kind": "deploy-token",
    "token_name": "a  b",
    "scopes": [],
    "expires_at": null,
    "expiry_known": true,
    "state": "unverified",
    "days_left": null,
    "vault": "kernel",
    "gitlab_url": "",
    "verified_at": "2026-03-01T12:00:00Z",
    "problem": "lost"
  }
]
`
	if got := statusJSON([]statusRow{laptopRow(t), deployRow(t), never}, statusNow); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := statusJSON(nil, statusNow); got != "[]\n" {
		t.Errorf("nothing is %q", got)
	}
}
