package main

import (
	"bufio"
	"strings"
)

// maxLine is the size of the buffer for a line, with a zero behind it.
const maxLine = 4096

// readLine reads a line as `security -i` does: what is longer than the buffer is the beginning of another line, and
// what has no end at the end of the input is not looked at.
func readLine(in *bufio.Reader) (string, error) {
	var line strings.Builder
	for line.Len() < maxLine-1 {
		c, err := in.ReadByte()
		if err != nil {
			return "", err
		}
		if c == '\n' {
			break
		}
		line.WriteByte(c)
	}
	return line.String(), nil
}

// splitLine takes a line apart as `security -i` does. That is not a shell: a backslash counts within both kinds of
// quotes, and a quote that closes ends its word.
func splitLine(line string) (words []string) {
	var word strings.Builder
	var quote rune // ' ' in a word without quotes, 0 between words
	escaped := false
	end := func() { words = append(words, word.String()); word.Reset(); quote = 0 }
	for _, c := range line {
		space := strings.ContainsRune(" \t\n\v\f\r", c)
		switch {
		case escaped:
			word.WriteRune(c)
			escaped = false
		case quote == 0 && space:
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == '\\':
			escaped = true
			if quote == 0 {
				quote = ' '
			}
		case quote == ' ' && space, quote != 0 && quote != ' ' && c == quote:
			end()
		default:
			word.WriteRune(c)
			if quote == 0 {
				quote = ' '
			}
		}
	}
	if quote != 0 {
		end()
	}
	return words
}

// getopt reads options as getopt(3) does: spec has their letters, with a colon behind each that has a value. There must
// be nothing else, and no option twice.
func getopt(words []string, spec string) (options map[byte]string, ok bool) {
	options = make(map[byte]string)
	for len(words) > 0 {
		letters, is := strings.CutPrefix(words[0], "-")
		words = words[1:]
		if !is || letters == "" {
			return nil, false
		}
		for letters != "" {
			letter := letters[0]
			letters = letters[1:]
			at := strings.IndexByte(spec, letter)
			if _, twice := options[letter]; at < 0 || letter == ':' || twice {
				return nil, false
			}
			options[letter] = ""
			if at+1 < len(spec) && spec[at+1] == ':' {
				if letters == "" {
					if len(words) == 0 {
						return nil, false
					}
					letters, words = words[0], words[1:]
				}
				options[letter], letters = letters, ""
			}
		}
	}
	return options, true
}

// printable has the characters that a password may have to be shown as it is.
const printable = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=:-"
