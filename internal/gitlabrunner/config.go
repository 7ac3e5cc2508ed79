package gitlabrunner

import (
	"fmt"
	"slices"
	"strings"
)

// Config is what a config.toml says that decides with which credential images are pulled.
type Config struct{ Runners []Runner }

// Runner is one of the runners that a gitlab-runner serves.
type Runner struct {
	Name, URL, Executor string
	// AuthConfig is the DOCKER_AUTH_CONFIG of its environment, as it stands there; "" for none. Of several the last one
	// counts (runner:common/spec/variables.go). A $NAME in it gitlab-runner replaces by that variable of the job.
	AuthConfig string
	// LogsIn names the scripts in which a registry client logs in: "pre_build_script".
	LogsIn []string
	// AllowedHelpers are the words of its allowed_docker_credential_helpers, and AllowsHelpers is whether that is there:
	// the helpers that a DOCKER_AUTH_CONFIG may name, and perhaps the registries that they are allowed for.
	AllowedHelpers []string
	AllowsHelpers  bool
}

// ConfigError says where a config.toml cannot be read. It has nothing of the file in it: that holds runners' tokens.
type ConfigError struct {
	Line, Column int // from 1, the column in bytes; 0 where it is not known
	Reason       string
}

// Error implements error.
func (e *ConfigError) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// authConfigVariable is what a variable begins with that gives credentials to jobs, and to gitlab-runner for them.
const authConfigVariable = "DOCKER_AUTH_CONFIG="

// ParseConfig reads the text of a config.toml, of at most 4 MiB. Its error is a *ConfigError.
func ParseConfig(text []byte) (Config, error) {
	file, err := decodeConfig(text)
	if err != nil {
		return Config{}, err
	}
	var config Config
	for _, r := range file.Runners {
		one := Runner{Name: r.Name, URL: r.URL, Executor: r.Executor, LogsIn: r.logsIn()}
		for _, variable := range slices.Backward(r.Environment) {
			if value, ok := strings.CutPrefix(variable, authConfigVariable); ok {
				one.AuthConfig = value
				break
			}
		}
		for _, allowed := range []any{r.Allowed, r.Docker.Allowed, r.Kubernetes.Allowed} {
			one.AllowedHelpers = append(one.AllowedHelpers, allWords(allowed)...)
			one.AllowsHelpers = one.AllowsHelpers || allowed != nil
		}
		config.Runners = append(config.Runners, one)
	}
	return config, nil
}
