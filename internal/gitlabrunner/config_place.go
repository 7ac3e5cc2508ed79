package gitlabrunner

import "path"

// DefaultConfigFiles returns where a gitlab-runner with this home and uid looks for its config file when none is named:
// root's in /etc, another's in the home (runner:commands/config_unix.go). There is no such place without a home, and on
// Windows, where os.Getuid says -1: there it is the directory that gitlab-runner was started in.
func DefaultConfigFiles(home string, uid int) []string {
	switch {
	case uid == 0:
		return []string{"/" + ConfigPath}
	case uid > 0 && home != "":
		return []string{configIn(home)}
	}
	return nil
}

// configIn returns the config file of a gitlab-runner that does not run as root.
func configIn(home string) string { return path.Join(home, ".gitlab-runner", "config.toml") }
