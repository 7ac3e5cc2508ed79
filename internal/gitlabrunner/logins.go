package gitlabrunner

import (
	"path"
	"slices"
	"strings"
)

var (
	// clientsThatLogIn keep a credential in a file when they log in.
	clientsThatLogIn = []string{"docker", "podman", "buildah", "skopeo", "nerdctl", "crane", "oras"}
	// shellKeywords may stand before a command.
	shellKeywords = []string{"if", "then", "elif", "else", "while", "until", "do", "!", "{"}
	// launchers run the command that their arguments end with.
	launchers = []string{"sudo", "doas", "env", "command", "exec", "time", "timeout", "nice", "nohup", "retry", "xargs"}
)

// logsIn reports whether a shell script has a registry client log in: "docker login", "sudo docker --config x login",
// "crane auth login". It is slow to say so: a login in a comment or in quotes, or as the argument of "echo" or another
// command, is none.
func logsIn(script string) bool { return slices.ContainsFunc(commands(script), isLogin) }

// isLogin reports whether the words of one command are a login.
func isLogin(words []string) bool {
	before := func(word string) bool { // NAME=value, or a keyword
		name, _, assigns := strings.Cut(word, "=")
		return assigns && !strings.HasPrefix(name, "-") || slices.Contains(shellKeywords, word)
	}
	for len(words) > 0 && before(words[0]) {
		words = words[1:]
	}
	for i, word := range words {
		if isClient(word) && isLoginVerb(words[i+1:]) {
			return true
		}
		if !slices.Contains(launchers, path.Base(words[0])) {
			return false
		}
	}
	return false
}

func isClient(word string) bool {
	return slices.Contains(clientsThatLogIn, strings.TrimSuffix(path.Base(word), ".exe"))
}

// isLoginVerb reports whether the arguments of a client have it log in. A word behind a flag may be that flag's value.
func isLoginVerb(arguments []string) bool {
	valued := false
	for _, word := range arguments {
		switch {
		case word == "login":
			return true
		case strings.HasPrefix(word, "-"):
			valued = !strings.Contains(word, "=")
		case valued || word == "auth": // "crane auth login"
			valued = false
		default:
			return false
		}
	}
	return false
}
