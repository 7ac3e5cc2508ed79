package gitlabrunner

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// spell writes the short forms of these tests out: E is the head of a runner with an environment, and V1 is a
// DOCKER_AUTH_CONFIG with the value 1.
func spell(text string) string {
	return strings.NewReplacer("E [", "[[runners]]\nenvironment = [", "V", authConfigVariable).Replace(text)
}

// TestEditAuthConfigRemoves takes out the variables with the values 1, 2 and 3; 4 and 5 stay.
func TestEditAuthConfigRemoves(t *testing.T) {
	for before, after := range map[string]string{
		"E ['V1']":                                       "E []",
		"E ['\\u0044OCKER_AUTH_CONFIG=1']":               "E ['\\u0044OCKER_AUTH_CONFIG=1']",
		"E [\"\\u0044OCKER_AUTH_CONFIG=1\"]":             "E []",
		"E [ 'V1' ]":                                     "E [ ]",
		"E ['V1',]":                                      "E []",
		"E ['V1', 'A']":                                  "E ['A']",
		"E ['A', 'V1']":                                  "E ['A']",
		"E ['A', 'V1',]":                                 "E ['A',]",
		"E ['A', 'V1', ]":                                "E ['A', ]",
		"E ['A','V1','B']":                               "E ['A','B']",
		"E ['A', 'V1', 'B']":                             "E ['A', 'B']",
		"E ['A', 'V1' , 'B']":                            "E ['A', 'B']",
		"E ['A', 'V1', 'V2']":                            "E ['A']",
		"E ['V1', 'V2', 'A']":                            "E ['A']",
		"E ['V1', 'V2']":                                 "E []",
		"E ['V1', 'A', 'V2']":                            "E ['A']",
		"E ['V1', 'V4', 'V2', 'V5', 'V3']":               "E ['V4', 'V5']",
		"E [\"A\", \"V1\"]":                              "E [\"A\"]",
		"E ['''\nV1''', 'A']":                            "E ['A']",
		"E [\"\"\"\\\n  V1\"\"\", 'A']":                  "E ['A']",
		"E ['#1', 'V1']":                                 "E ['#1']",
		"E ['A,]', 'V1']":                                "E ['A,]']",
		"E ['A'] # 'V1'":                                 "E ['A'] # 'V1'",
		"E ['V1'] # c":                                   "E [] # c",
		"E [\n  'V1'\n]":                                 "E [\n]",
		"E [\n  'V1',\n]":                                "E [\n]",
		"E [\n  'A',\n  'V1'\n]":                         "E [\n  'A'\n]",
		"E [\n  'A', # a\n  'V1' # b\n]":                 "E [\n  'A' # a\n   # b\n]",
		"E [\n  'A', # a, '\n  'V1'\n]":                  "E [\n  'A' # a, '\n]",
		"E [\n  'A',\n  'V1',\n  'B',\n]":                "E [\n  'A',\n  'B',\n]",
		"E [\n  'A',\r\n  'V1',\r\n  'B'\n]":             "E [\n  'A',\r\n  'B'\n]",
		"E [\n  'V1', # b, '\n  'A'\n]":                  "E [\n   # b, '\n  'A'\n]",
		"E [\n  'V1' # b, '\n  , 'A'\n]":                 "E [\n   # b, '\n  'A'\n]",
		"E [\n  # a\n  'V1', 'V2',\n  'A']":              "E [\n  # a\n  'A']",
		"E [\n  'A', 'V1',\n  'B']":                      "E [\n  'A',\n  'B']",
		"E [\n  'A', 'V1'\n]":                            "E [\n  'A'\n]",
		"E [\n  'A'\n  , 'V1'\n  , 'B'\n]":               "E [\n  'A'\n  , 'B'\n]",
		"E [\n  'A'\n  , 'V1'\n]":                        "E [\n  'A'\n]",
		"E [\n  'A',\n  'V1']":                           "E [\n  'A'\n  ]",
		"E [\n  'A', # a\n\n  'V1',\n  'V2'\n]\nx = 1\n": "E [\n  'A' # a\n\n]\nx = 1\n",
		"E [\n'''\nV1''',\n'A']":                         "E [\n'A']",
		"\xef\xbb\xbfE ['V1', 'A']":                      "\xef\xbb\xbfE ['A']",
		"E ['A', 'V1']\nname = 'x'\nE ['V2']\n[runners.docker]\n":         "E ['A']\nname = 'x'\nE []\n[runners.docker]\n",
		"runners = [{name='x'}, {environment = ['V1', 'A'], url='y'}]":    "runners = [{name='x'}, {environment = ['A'], url='y'}]",
		"[[\"runners\"]]\n'environment' = ['V1']":                         "[[\"runners\"]]\n'environment' = []",
		"[[Runners]]\nEnvironment = ['V1']":                               "[[Runners]]\nEnvironment = []",
		"[[other]]\nenvironment = ['V1']\nE ['V4']":                       "[[other]]\nenvironment = ['V1']\nE ['V4']",
		"E ['V4']\n[runners.x]\nenvironment = ['V1']":                     "E ['V4']\n[runners.x]\nenvironment = ['V1']",
		"environment = ['V1']\n[x]\nrunners = [{environment = ['V1']}]\n": "environment = ['V1']\n[x]\nrunners = [{environment = ['V1']}]\n",
		"[[runners]]\nx.environment = ['V1']\nenvironment.length = 0\n":   "",
		"[[runners]]\nenvironment = ['V1']\nEnvironment = ['A']\n":        "",
		"[[runners]]\nenvironment = ['V1']\n[[Runners]]\nname = 'other'":  "",
		"runners.environment = ['V1']":                                    "",
		"[runners]\nenvironment = ['V1']":                                 "",
		"E ['V1'":                                                         "",
	} {
		before, after = spell(before), spell(after)
		got, err := EditAuthConfig([]byte(before), func(_ int, value string) string {
			if slices.Contains([]string{"1", "2", "3"}, value) {
				return ""
			}
			return value
		})
		if after == "" && (!errors.As(err, new(*ConfigError)) || got != nil) || after != "" && (err != nil || string(got) != after) {
			t.Errorf("%q\nbecame %q, %v\nwant   %q", before, got, err, after)
		}
	}
}

// TestEditAuthConfigChanges puts a value into the place of each that is 1.
func TestEditAuthConfigChanges(t *testing.T) {
	for _, c := range []struct{ before, value, after string }{
		{`['V1', "V1"]`, "x", `['Vx', "Vx"]`},
		{`['V1']`, `{"a":"b<&"}`, `['V{"a":"b<&"}']`},
		{`["V1"]`, `{"a":"b<&"}`, `["V{\"a\":\"b<&\"}"]`},
		{`['V1', 'A', "V1"]`, "a\tb", "['Va\tb', 'A', \"Va\\tb\"]"},
		{`['V1']`, "it's", `["Vit's"]`},
		{`['V1']`, "a\nb\r\x00\x1f\x7f\\\u2028é😀", `["Va\nb\r\u0000\u001f\u007F\\\u2028é😀"]`},
		{"['''\nV1''', # 'V1'\n]", "x\ny", "[\"Vx\\ny\", # 'V1'\n]"},
		{`["""V1"""]`, "x", `["Vx"]`},
		{`['V4', 'V1', 'V5']`, "x", `['V4', 'Vx', 'V5']`},
	} {
		before, want := spell("E "+c.before), spell("E "+c.after)
		got, err := EditAuthConfig([]byte(before), func(_ int, value string) string {
			if value == "1" {
				return c.value
			}
			return value
		})
		if err != nil || string(got) != want {
			t.Errorf("%q\nbecame %q, %v\nwant   %q", before, got, err, want)
		}
		again, err := ParseConfig(got)
		if err != nil || again.Runners[0].AuthConfig != c.value && !strings.Contains(c.before, "V5") {
			t.Errorf("%q is read as %+v, %v", got, again, err)
		}
	}
	got, err := EditAuthConfig([]byte(spell("E ['V1']")), func(int, string) string { return "\xff" })
	if _, unread := ParseConfig(got); err != nil || unread != nil {
		t.Errorf("bytes that are no text: %q, %v, %v", got, err, unread)
	}
}

// TestEditAuthConfigAsks: change sees each variable once, in the order of the text, with the place of its runner.
func TestEditAuthConfigAsks(t *testing.T) {
	text := []byte(spell("E ['V1', 'A', 'V2']\n[[runners]]\n[runners.docker]\nE [\"\"\"V3\"\"\"]\n[x]\nE ['V4']\n"))
	before := slices.Clone(text)
	var asked []string
	got, err := EditAuthConfig(text, func(runner int, value string) string {
		asked = append(asked, fmt.Sprint(runner, " ", value))
		return value
	})
	if want := []string{"0 1", "0 2", "2 3", "3 4"}; !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
	if err != nil || !slices.Equal(got, before) || !slices.Equal(text, before) {
		t.Errorf("%q, %v, of %q", got, err, text)
	}
	got[0] = 'X'
	if text[0] == 'X' {
		t.Error("what it returns is the text itself")
	}
}
