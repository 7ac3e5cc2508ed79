package gitlabrunner

import "strings"

// commands splits a shell script into its commands, and these into words, as far as it takes to tell what is a command
// and what a comment or a quoted text. It expands nothing. The commands in "$(…)" are commands of their own, but for
// those in quotes.
func commands(script string) (all [][]string) {
	var words []string
	var word strings.Builder
	inWord := false
	endWord := func() {
		if inWord {
			words = append(words, word.String())
		}
		word.Reset()
		inWord = false
	}
	for i := 0; i < len(script); i++ {
		c := script[i]
		switch {
		case c == '\\' && i+1 < len(script):
			i++
			if strings.HasPrefix(script[i:], "\r\n") {
				i++
			}
			if script[i] == '\n' { // the command goes on in the next line
				endWord()
				continue
			}
			word.WriteByte(script[i])
			inWord = true
		case (c == '"' || c == '\'') && closing(script[i+1:], c) >= 0:
			end := i + 1 + closing(script[i+1:], c)
			word.WriteString(script[i+1 : end])
			inWord = true
			i = end
		case c == '#' && !inWord:
			line, _, _ := strings.Cut(script[i:], "\n")
			i += len(line) - 1
		case strings.IndexByte(" \t\r", c) >= 0:
			endWord()
		case strings.IndexByte("\n;&|()`", c) >= 0:
			endWord()
			if words != nil {
				all = append(all, words)
			}
			words = nil
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	endWord()
	if words != nil {
		all = append(all, words)
	}
	return all
}

// closing returns where the quoted text that script begins with ends, or -1.
func closing(script string, quote byte) int {
	for i := 0; i < len(script); i++ {
		switch {
		case script[i] == quote:
			return i
		case script[i] == '\\' && quote == '"':
			i++
		}
	}
	return -1
}
