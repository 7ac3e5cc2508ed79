package credentials

import "testing"

// Whatever begins as a token of GitLab's looks like one, with or without an instance's own prefix.
func TestTokenPrefixes(t *testing.T) {
	seen := make(map[string]bool)
	for _, prefix := range TokenPrefixes() {
		if !LooksLikeToken(prefix+"x") || !LooksLikeToken("acme-"+prefix+"x") || !OfGitLab("me", NewSecret(prefix+"x")) {
			t.Errorf("%s: it is not seen", prefix)
		}
		if seen[prefix] {
			t.Errorf("%s: it stands twice", prefix)
		}
		seen[prefix] = true
	}
	for _, prefix := range []string{"glpat-", "glcbt-", "gltok-"} {
		if !seen[prefix] {
			t.Errorf("%s: it is missing", prefix)
		}
	}
	for _, text := range []string{"", "a password", "glibc-2.31", "gl-x"} {
		if LooksLikeToken(text) {
			t.Errorf("%q: it is no token", text)
		}
	}
}
