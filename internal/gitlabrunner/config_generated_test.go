package gitlabrunner

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// generator makes config files of all that TOML has for a list of strings.
type generator struct{ *rand.Rand }

func (g generator) pick(from ...string) string { return from[g.IntN(len(from))] }

// gap is what may stand between two elements.
func (g generator) gap() string {
	gap := g.pick("", "", " ", "\t", "  ", "\n", "\n\n  ", " # a comment\n", "\r\n  ", "\r\n# '[1, 2]', \"\r\n\t", "\n#\n#,\n")
	if g.IntN(4) == 0 {
		gap += g.gap()
	}
	return gap
}

func (g generator) element() string {
	text := g.pick("A=1", "DOCKER_AUTH_CONFIG=1", "DOCKER_AUTH_CONFIG={}", "DOCKER_AUTH_CONFIG=", "# , ]", "DOCKER_AUTH_CONFIG")
	return fmt.Sprintf(g.pick("'%s'", `"%s"`, "'''%s'''", "'''\n%s'''", `"""%s"""`, "\"\"\"\\\r\n  %s\"\"\""), text)
}

func (g generator) list() string {
	text := "["
	for range g.IntN(6) {
		text += g.gap() + g.element() + g.gap() + ","
	}
	if g.IntN(2) == 0 {
		text = strings.TrimSuffix(text, ",")
	}
	return text + g.gap() + "]"
}

func (g generator) file() string {
	end := g.pick("\n", "\r\n")
	if g.IntN(5) == 0 {
		return "runners = [{ environment = " + g.list() + ", name = 'x' } , {name='y', environment=" + g.list() + "}]" + end
	}
	text := g.pick("", "\xef\xbb\xbf") + "concurrent = 1 # [[runners]]" + end
	for range g.IntN(4) {
		text += g.pick("[[runners]]", " [[ 'runners' ]] # x", `[["runners"]]`) + end + g.pick("", "url = 'x'"+end)
		if g.IntN(4) > 0 {
			text += g.pick("environment = ", `  "environment"=`) + g.list() + g.pick("", " # c") + end
		}
		text += g.pick("", "token = 'x'"+end) + g.pick("", "[runners.docker]"+end+"environment = "+g.list()+end)
	}
	return text + g.pick("", "[other]"+end+"environment = ['DOCKER_AUTH_CONFIG=1']")
}

// TestEditAuthConfigGenerated holds the rules of EditAuthConfig against many files. It takes all of them.
func TestEditAuthConfigGenerated(t *testing.T) {
	const files, atLeast = 2000, 2000
	g, variables := generator{rand.New(rand.NewPCG(1, 2))}, 0
	for range files {
		text := []byte(g.file())
		_, err := EditAuthConfig(text, func(_ int, value string) string { variables++; return value })
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		holdRules(t, text)
	}
	if variables < atLeast {
		t.Errorf("there were only %d variables in them", variables)
	}
}
