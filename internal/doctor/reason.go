package doctor

import (
	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

// Reason says in a few words why the client goes there with that, and how it stands with it.
func (r Row) Reason() string {
	text := r.Why
	switch {
	case r.Stops && r.Source == clients.FromFile:
		text = "the file cannot be read, and the client stops"
	case r.Stops:
		text = "the client stops: " + r.Why
	case r.Source == clients.None && r.Why == "":
		text = "nobody has anything for it: anonymous"
	case r.Source == clients.Empty && r.Helper != "" && r.Client != clients.Runner:
		text = "the helper has nothing: anonymous"
	case r.Source == clients.Empty && r.Helper != "":
		text = "that a helper has nothing counts as an empty credential: anonymous"
	case r.Source == clients.Empty:
		text = "an empty credential wins: anonymous, and nothing behind it is asked"
	case r.Source == clients.Unstable:
		text = "either of two spellings wins, by chance"
	}
	if r.Failed != nil {
		text += "; before that, " + r.Failed.Origin() + ": " + r.Failed.Why
	}
	return text
}

// shownName is a username as it may be shown: tokens are pasted in its place, and some clients write them there.
func shownName(username string, secret credentials.Secret) string {
	if credentials.LooksLikeToken(username) || !secret.Empty() && secret.Equal(credentials.NewSecret(username)) {
		return "[redacted]"
	}
	return username
}

// Origin says where a credential comes from, for people.
func (s Shown) Origin() string {
	switch {
	case s.Source == clients.FromJob:
		return "the job's payload"
	case s.Source == clients.None:
		return ""
	case s.Helper != "" && s.place() == "": // Docker has found it without a file
		return "docker-credential-" + s.Helper
	case s.Helper != "":
		return "docker-credential-" + s.Helper + ", by " + s.place()
	}
	return s.place()
}

func (s Shown) place() string {
	path := s.Path
	if s.Source == clients.FromEnv && path != variable {
		path += " " + variable
	}
	if s.Key == "" {
		return path
	}
	return path + " " + s.Member + "[" + dockerconfig.Shown(s.Key) + "]"
}
