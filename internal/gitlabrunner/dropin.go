package gitlabrunner

import (
	"io"
	"strings"

	"github.com/coreos/go-systemd/v22/unit"
)

// DropInPath is where this program's settings for the service stand.
const DropInPath = "/etc/systemd/system/" + unitName + ".d/docker-credential-gitlabjob.conf"

// Setting is one variable for the service's environment. It has no line end.
type Setting struct{ Name, Value string }

// Agrees reports whether the service is set up so: this program's drop-in has just that, or it is not there and the
// settings come from elsewhere, or are none.
func (s Service) Agrees(wanted []Setting) bool {
	for _, w := range wanted {
		if s.Environment[w.Name] != w.Value {
			return false
		}
	}
	return s.DropIn == "" || s.DropIn == DropIn(wanted)
}

// DropIn returns the text of a drop-in with the settings, and "" for none.
func DropIn(settings []Setting) string {
	if len(settings) == 0 {
		return ""
	}
	var options []*unit.UnitOption
	for _, s := range settings {
		options = append(options, unit.NewUnitOption("Service", "Environment", quoted(s.Name+"="+s.Value)))
	}
	text, _ := io.ReadAll(unit.Serialize(options)) // it reads from memory
	return "# By docker-credential-gitlabjob configure --runner --systemd\n" + strings.TrimLeft(string(text), "\n")
}
