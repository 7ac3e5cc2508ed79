package gitlabrunner

import (
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// span is a piece of a text: the bytes from start to before end.
type span struct{ start, end int }

// variable is a DOCKER_AUTH_CONFIG in the environment of a runner.
type variable struct {
	span

	runner int
	value  string
	list   *[]span // all elements of the environment that it is in
	index  int     // its own place among these
	gone   bool    // it is to be taken out
}

// same reports whether they give the same value to the same runner.
func (v variable) same(w variable) bool { return v.runner == w.runner && v.value == w.value }

// authConfigs returns the variables without their places.
func (f configFile) authConfigs() (found []variable) {
	for i, r := range f.Runners {
		for _, element := range r.Environment {
			if value, ok := strings.CutPrefix(element, authConfigVariable); ok {
				found = append(found, variable{runner: i, value: value})
			}
		}
	}
	return found
}

// authConfigs finds the variables of a TOML text, in its order.
func authConfigs(text []byte) (found []variable) {
	parser := &unstable.Parser{}
	parser.Reset(text)
	runner, inRunner, inTable := -1, false, false
	for parser.NextExpression() {
		switch e := parser.Expression(); e.Kind {
		case unstable.ArrayTable:
			inTable = true
			if inRunner = isKey(e, "runners"); inRunner {
				runner++
			}
		case unstable.Table:
			inTable, inRunner = true, false
		case unstable.KeyValue:
			switch {
			case inRunner:
				found = append(found, ofSetting(e, runner)...)
			case !inTable && isKey(e, "runners"): // runners = [{…}, {…}]
				for tables := e.Value().Children(); tables.Next(); {
					runner++
					for settings := tables.Node().Children(); settings.Next(); {
						found = append(found, ofSetting(settings.Node(), runner)...)
					}
				}
			}
		}
	}
	return found
}

// ofSetting finds the variables in one setting of a runner, if that is the environment.
func ofSetting(setting *unstable.Node, runner int) (found []variable) {
	if !isKey(setting, "environment") || setting.Value().Kind != unstable.Array {
		return nil
	}
	list := new([]span)
	for elements := setting.Value().Children(); elements.Next(); {
		n := elements.Node()
		at := span{int(n.Raw.Offset), int(n.Raw.Offset) + int(n.Raw.Length)}
		if value, ok := strings.CutPrefix(string(n.Data), authConfigVariable); ok {
			found = append(found, variable{span: at, runner: runner, value: value, list: list, index: len(*list)})
		}
		*list = append(*list, at)
	}
	return found
}

// isKey reports whether the key of an expression is just that name, in whichever case: so it is when it is decoded.
func isKey(e *unstable.Node, name string) bool {
	path := e.Key()
	return path.Next() && strings.ToLower(string(path.Node().Data)) == name && path.IsLast()
}
