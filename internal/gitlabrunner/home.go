package gitlabrunner

import (
	"errors"
	"fmt"
	"os/user"
	"path/filepath"
	"strings"
)

// ErrHome means that it cannot be told where gitlab-runner has its home.
var ErrHome = errors.New("where gitlab-runner.service has its home cannot be told")

// Home returns the home directory of the service's process: what the unit sets, else its user's, who may be given by
// name or number (systemd.exec(5)). Specifiers such as %h are not resolved.
func (s Service) Home() (string, error) {
	if home, set := s.Environment["HOME"]; set {
		if !filepath.IsAbs(home) || strings.Contains(home, "%") {
			return "", fmt.Errorf("%w: Environment=HOME=%s", ErrHome, home)
		}
		return home, nil
	}
	account, err := user.Lookup(s.User)
	if err != nil {
		account, err = user.LookupId(s.User)
	}
	if err != nil || !filepath.IsAbs(account.HomeDir) {
		return "", fmt.Errorf("%w: there is no user %q with a home here", ErrHome, s.User)
	}
	return account.HomeDir, nil
}
