package e2e

import (
	"slices"
	"testing"
)

// pullCase is a config file, what there is to answer with, and the username that GitLab must then see.
type pullCase struct {
	name, config string
	begin        func(*site, *testing.T)
	username     string
}

// pulls lets a client library pull the private image in each case, and looks at what GitLab was shown for it: the one
// token that is due, once, and never the stale entry.
func pulls(t *testing.T, pull func(*site, *testing.T) error, cases []pullCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.configure(t, tt.config)
			tt.begin(s, t)
			if err := pull(s, t); err != nil {
				t.Error(err)
			}
			secret := map[string]string{"gitlab-ci-token": s.job, "alice": s.pat}[tt.username]
			if got := s.signIns(secret); !slices.Equal(got, []string{tt.username}) {
				t.Errorf("GitLab has seen sign-ins of %q with the token, want %q", got, tt.username)
			}
			if got := s.signIns(stalePassword); len(got) > 0 {
				t.Errorf("the stale entry was used, by %q", got)
			}
		})
	}
}
