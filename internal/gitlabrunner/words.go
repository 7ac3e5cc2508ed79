package gitlabrunner

import "strings"

// words splits a value as systemd does (systemd.syntax(7), "Quoting"): at spaces that no quotes and no backslash
// protect. Of the escapes those count that stand for themselves; "%%" is a percent sign.
func words(value string) []string {
	var found []string
	var word strings.Builder
	inWord, quote, escaped := false, rune(0), false
	for _, r := range strings.ReplaceAll(strings.ReplaceAll(value, "\\\n", " "), "%%", "%") {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped, inWord = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, inWord = r, true
		case quote == 0 && strings.ContainsRune(" \t\r\n", r):
			if inWord {
				found = append(found, word.String())
			}
			word.Reset()
			inWord = false
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if inWord {
		found = append(found, word.String())
	}
	return found
}

// quoted writes a word so that words reads it as one.
func quoted(word string) string {
	escape := strings.NewReplacer("\\", "\\\\", `"`, `\"`, "%", "%%")
	if escaped := escape.Replace(word); escaped != word || strings.ContainsAny(word, " \t'") {
		return `"` + escaped + `"`
	}
	return word
}
