package e2e

import (
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// fault is "fault none" or "fault self|sign-in|everywhere STATUS|cut|slow|redirect URL|old-message [BODY]": what goes
// wrong at GitLab from now on. In BODY, {echo} is the credential that came along.
func (s *story) fault(ts *testscript.TestScript, neg bool, args []string) {
	endpoints := map[string]gitlabtest.Endpoint{
		"self": gitlabtest.Self, "sign-in": gitlabtest.SignIn, "everywhere": "",
	}
	if len(args) == 1 && args[0] == "none" && !neg {
		s.GitLab.Fault(gitlabtest.Fault{})
		return
	}
	if len(args) < 2 || neg {
		ts.Fatalf("usage: fault none | fault ENDPOINT WHAT [BODY]")
	}
	endpoint, known := endpoints[args[0]]
	if !known {
		ts.Fatalf("no such endpoint: %s", args[0])
	}
	f := gitlabtest.Fault{Endpoint: endpoint}
	switch args[1] {
	case "cut":
		f.Cut = true
	case "slow":
		f.Delay = time.Minute
	case "redirect":
		f.Redirect = args[2]
	case "old-message":
		f.OldMessage = true
	default:
		status, err := strconv.Atoi(args[1])
		ts.Check(err)
		f.Status = status
		if len(args) > 2 {
			f.Body = args[2]
		}
	}
	s.GitLab.Fault(f)
}

// change is "change SECRET revoked|expired|blocked|good": what becomes of a token at GitLab.
func (s *story) change(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || neg {
		ts.Fatalf("usage: change SECRET revoked|expired|blocked|good")
	}
	s.GitLab.Change(args[0], func(t *gitlabtest.Token) {
		switch args[1] {
		case "revoked":
			t.Revoked = true
		case "expired":
			t.ExpiresAt = "2024-01-01"
		case "blocked":
			t.Blocked = true
		case "good":
			t.Revoked, t.Blocked, t.ExpiresAt = false, false, ""
		default:
			ts.Fatalf("a token cannot become %s", args[1])
		}
	})
}

// requestsSeen is "asked N": so many requests have reached GitLab and the registries since the last "asked". N may be
// "any".
func (s *story) requestsSeen(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || neg {
		ts.Fatalf("usage: asked N")
	}
	total := s.Requests()
	if got := total - s.asked; args[0] != "any" && strconv.Itoa(got) != args[0] {
		ts.Fatalf("%d requests were made; GitLab has seen, in all: %+v", got, s.GitLab.Seen())
	}
	s.asked = total
}
