package clients

import "github.com/gitlabjob/docker-credential-gitlabjob/credentials"

// Source is where a credential comes from.
type Source string

// Where a credential may come from.
const (
	FromJob    Source = "job-token" // the job's payload, to gitlab-runner
	FromHelper Source = "helper"
	FromFile   Source = "file"
	FromEnv    Source = "env"      // DOCKER_AUTH_CONFIG
	None       Source = "none"     // there is nothing: the client goes there anonymously
	Empty      Source = "empty"    // an empty credential wins: anonymous, and nothing behind it is asked
	Unstable   Source = "unstable" // two spellings of one registry, of which either may win
)

// Credential is one credential, and where it stands.
type Credential struct {
	Source   Source
	Path     string // the file, or DOCKER_AUTH_CONFIG
	Member   string // "auths", "credHelpers" or "credsStore"
	Key      string // in that member, as it is spelt there; "credsStore" for that, "" where Docker has found it by itself
	Helper   string // NAME of docker-credential-NAME
	Username string
	Secret   credentials.Secret
	Identity bool    // it is an identity or registry token, or has one beside it
	Tokens   Tokens  // those of an entry in a file; a helper's identity token is its Secret
	Outcome  Outcome // of Helper, and Failed for a file that the client cannot read
	Text     string  // for Failed
}

// Answer is the credential that a client uses.
type Answer struct {
	Credential

	Stops   bool         // the client stops with an error, instead of going on
	Failed  *Credential  // what failed before, and did not stop the client
	Rivals  []Credential // for Unstable: which of these wins is left to chance
	Shadows []Credential // what would be used in its place, were it not there, one after the other
}

// Tokens are what may stand in an entry beside a username and a password, or in their place.
type Tokens struct{ Identity, Registry credentials.Secret }

func newTokens(identity, registry string) Tokens {
	return Tokens{Identity: credentials.NewSecret(identity), Registry: credentials.NewSecret(registry)}
}

func (t Tokens) any() bool { return !t.Identity.Empty() || !t.Registry.Empty() }

// empty reports whether there is nothing to sign in with, as far as is known.
func (c Credential) empty() bool {
	return c.Source != FromJob && c.Outcome != Unknown && c.Username == "" && c.Secret.Empty() && !c.Identity
}

// fails reports whether the client fails over it.
func (c Credential) fails() bool { return c.Outcome == Failed || c.Outcome == Missing }

// same reports whether nobody at the registry could tell the two from each other.
func (c Credential) same(other Credential) bool {
	return c.Username == other.Username && c.Secret.Equal(other.Secret) && c.Identity == other.Identity &&
		c.Tokens.Identity.Equal(other.Tokens.Identity) && c.Tokens.Registry.Equal(other.Tokens.Registry) &&
		c.fails() == other.fails() && (c.Outcome == Unknown) == (other.Outcome == Unknown)
}

// one makes an answer of the credentials of which a client takes any: the first, where it makes no difference.
func one(found []Credential) Answer {
	if len(found) == 0 {
		return Answer{Credential: Credential{Source: None}}
	}
	for _, c := range found[1:] {
		if !c.same(found[0]) {
			return Answer{
				Credential: Credential{Source: Unstable, Path: found[0].Path, Member: found[0].Member, Key: found[0].Key},
				Rivals:     found,
			}
		}
	}
	if found[0].fails() {
		return stopped(found[0])
	}
	return orEmpty(Answer{Credential: found[0]})
}

// firstOf asks one after the other until there is something. Where it is left to chance whether one of them has
// something, it is left to chance as well what the next have.
func firstOf(asks ...func() Answer) Answer {
	var rivals []Credential
	for _, ask := range asks {
		answer := ask()
		found := answer.Rivals
		if answer.Source != Unstable {
			if len(rivals) == 0 && (answer.Stops || !answer.empty()) {
				return answer
			}
			found = []Credential{answer.Credential}
		}
		certain := true
		for _, c := range found {
			if c.empty() && !c.fails() {
				certain = false
				continue
			}
			rivals = append(rivals, c)
		}
		if certain {
			return one(rivals)
		}
	}
	return one(append(rivals, Credential{Source: None}))
}

// stopped is the answer of a client that stops with an error.
func stopped(c Credential) Answer { return Answer{Credential: c, Stops: true} }

// orEmpty is the answer, and says so where it is an empty credential.
func orEmpty(a Answer) Answer {
	if a.Source != None && a.Source != Unstable && a.empty() {
		a.Source = Empty
	}
	return a
}
