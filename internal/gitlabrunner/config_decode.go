package gitlabrunner

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pelletier/go-toml/v2"
)

// configFile is a config.toml as gitlab-runner decodes it (runner:common/config.go).
type configFile struct {
	Runners []configRunner `toml:"runners"`
}

type configRunner struct {
	Name        string   `toml:"name"`
	URL         string   `toml:"url"`
	Executor    string   `toml:"executor"`
	Environment []string `toml:"environment"`

	PreGetSources  string `toml:"pre_get_sources_script"`
	PostGetSources string `toml:"post_get_sources_script"`
	PreClone       string `toml:"pre_clone_script"` // until 17.0, as the next one
	PostClone      string `toml:"post_clone_script"`
	PreBuild       string `toml:"pre_build_script"`
	PostBuild      string `toml:"post_build_script"`

	// It came with gitlab-runner 19.4 and lets certain registries use certain helpers, says
	// cattle-ops/terraform-aws-gitlab-runner#1394. Its place and its form could not be looked up: any will do.
	Allowed    any          `toml:"allowed_docker_credential_helpers"`
	Docker     configAllows `toml:"docker"`
	Kubernetes configAllows `toml:"kubernetes"`
}

type configAllows struct {
	Allowed any `toml:"allowed_docker_credential_helpers"`
}

// logsIn names the scripts in which a registry client logs in.
func (r configRunner) logsIn() (names []string) {
	for _, script := range []struct{ name, text string }{
		{"pre_get_sources_script", r.PreGetSources}, {"post_get_sources_script", r.PostGetSources},
		{"pre_clone_script", r.PreClone}, {"post_clone_script", r.PostClone},
		{"pre_build_script", r.PreBuild}, {"post_build_script", r.PostBuild},
	} {
		if logsIn(script.text) {
			names = append(names, script.name)
		}
	}
	return names
}

// allWords returns the strings of a value, and the keys of its tables.
func allWords(value any) (words []string) {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		for _, v := range value {
			words = append(words, allWords(v)...)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			words = append(append(words, key), allWords(value[key])...)
		}
	}
	return words
}

// byteOrderMark may stand before the text: gitlab-runner's TOML library passes over it.
var byteOrderMark = []byte("\xef\xbb\xbf")

// decodeConfig decodes a config.toml. Its error is a *ConfigError.
func decodeConfig(text []byte) (file configFile, err error) {
	text = bytes.TrimPrefix(text, byteOrderMark)
	switch {
	case len(text) > maxConfig:
		return configFile{}, &ConfigError{Reason: fmt.Sprintf("it is larger than %d bytes", maxConfig)}
	case !affordable(text):
		return configFile{}, &ConfigError{Reason: "it has too many keys"}
	}
	if err := toml.Unmarshal(text, &file); err != nil {
		malformed := &ConfigError{Reason: "it is not the TOML that gitlab-runner takes"}
		if where := new(toml.DecodeError); errors.As(err, &where) {
			malformed.Line, malformed.Column = where.Position()
		}
		return configFile{}, malformed
	}
	return file, nil
}
