package gitlabrunner

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// EditAuthConfig lets change see each DOCKER_AUTH_CONFIG in the environment of each runner, in the order of the text,
// and returns the text with what it made of them. The runner is its place in Config.Runners; one that has several is
// seen with all of them, since without the last the one before it counts. Where change returns "", the variable goes
// out of the list, with its comma, blanks that are of no more use, and its line if nothing else is on it. Every other
// byte stays as it is. The error is a *ConfigError.
func EditAuthConfig(text []byte, change func(runner int, value string) string) ([]byte, error) {
	file, err := decodeConfig(text)
	if err != nil {
		return nil, err
	}
	body := bytes.TrimPrefix(text, byteOrderMark)
	variables := authConfigs(body)
	if !slices.EqualFunc(variables, file.authConfigs(), variable.same) {
		// There is TOML for which it is not so, such as a runner whose environment is spelt in two ways.
		return nil, &ConfigError{Reason: "its runners are not written the way gitlab-runner writes them"}
	}
	var edits []edit
	for i, v := range variables {
		switch value := change(v.runner, v.value); value {
		case v.value:
		case "":
			variables[i].gone = true
		default:
			literal := body[v.start] == '\''
			edits = append(edits, edit{v.span, tomlString(authConfigVariable+value, literal)})
		}
	}
	for _, s := range cuts(body, variables) {
		edits = append(edits, edit{span: s})
	}
	return append(bytes.Clone(text[:len(text)-len(body)]), apply(body, edits)...), nil
}

// tomlString writes a string: literally if that is wished and can be, else with escapes, which are those of JSON.
func tomlString(s string, literal bool) string {
	special := func(r rune) bool { return r == '\'' || r < ' ' && r != '\t' || r == 0x7f }
	if literal && utf8.ValidString(s) && strings.IndexFunc(s, special) < 0 {
		return "'" + s + "'"
	}
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // there is no string that it fails on
	return strings.ReplaceAll(strings.TrimSuffix(quoted.String(), "\n"), "\x7f", `\u007F`)
}
