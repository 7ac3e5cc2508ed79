package credentials

import "strings"

// tokenPrefixes are what GitLab's tokens begin with (gl:doc/security/tokens), and which kind of them tells its kind by
// that: of a job's it takes more, see isJobToken.
var tokenPrefixes = []struct {
	prefix string
	kind   Kind
}{
	{"glpat-", KindPersonal}, {"gldt-", KindDeploy}, {"glrt-", KindRunner}, {"glptt-", KindTrigger},
	{"gloas-", KindOAuth}, {jobTokenPrefix, KindUnknown}, {"glrtr-", KindUnknown}, {"glft-", KindUnknown},
	{"glimt-", KindUnknown}, {"glagent-", KindUnknown}, {"glwt-", KindUnknown}, {"glsoat-", KindUnknown},
	{"glffct-", KindUnknown}, {"gltok-", KindUnknown},
}

// TokenPrefixes returns what GitLab's tokens begin with, each with its dash: "glpat-". An instance may have a prefix of
// its own before any of them.
func TokenPrefixes() []string {
	all := make([]string, len(tokenPrefixes))
	for i, known := range tokenPrefixes {
		all[i] = known.prefix
	}
	return all
}

// LooksLikeToken reports whether there is the prefix of one of GitLab's tokens in a text.
func LooksLikeToken(text string) bool {
	for _, known := range tokenPrefixes {
		if strings.Contains(text, known.prefix) {
			return true
		}
	}
	return false
}

// KindByPrefix guesses from the prefix of a secret, which is a hint and no proof: an administrator may change the
// prefix of personal access tokens, and put one of the instance's own before any.
func KindByPrefix(s Secret) Kind {
	for _, known := range tokenPrefixes {
		if known.kind != KindUnknown && strings.Contains(s.Reveal(), known.prefix) {
			return known.kind
		}
	}
	return KindUnknown
}
