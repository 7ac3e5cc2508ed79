package joblog

import "strings"

// named is the image that a log names before somebody is refused it, and who is at work on it. Refusals often name no
// image themselves.
type named struct {
	image  string // "" where a command is shown as it was written: docker push $CI_REGISTRY_IMAGE
	client string
	source string // where gitlab-runner says that its credential comes from
}

// announcements are the texts after which a client names the image that it turns to.
var announcements = []struct{ text, client string }{
	{"Pulling docker image ", runner},
	{"Using Docker executor with image ", runner},
	{"Using Kubernetes executor with image ", runner},
	{"The push refers to repository [", docker},
	{"Unable to find image '", docker},
	{"load metadata for ", buildkit},
	{"Trying to pull ", podman},
	{"Retrieving image manifest ", crane},
}

// builders are the clients whose builds show a Dockerfile's lines: "Step 1/3 : FROM x", "STEP 1/3: FROM x AS y".
var builders = []struct{ text, client string }{{"Step ", docker}, {"STEP ", podman}}

// commands are the programs that a job's script runs, as `set -x` and gitlab-runner show them.
var commands = []struct{ program, client string }{
	{"docker", docker}, {"podman", podman}, {"buildah", podman}, {"skopeo", podman}, {"crane", crane}, {"ko", crane},
	{"/kaniko/executor", crane}, {"buildctl", buildkit}, {"buildctl-daemonless.sh", buildkit},
}

// announced returns what a line names.
func announced(line string) (named, bool) {
	for _, a := range announcements {
		if _, rest, ok := strings.Cut(line, a.text); ok {
			return named{image: checked(firstWord(rest)), client: a.client}, true
		}
	}
	for _, b := range builders {
		if strings.HasPrefix(line, b.text) {
			if _, rest, ok := strings.Cut(line, ": FROM "); ok {
				return named{image: checked(firstWord(rest)), client: b.client}, true
			}
		}
	}
	if strings.HasPrefix(line, "$ ") || strings.HasPrefix(line, "+ ") {
		return command(strings.Fields(line[2:])), true
	}
	return named{}, false
}

// command returns what a command of a script names: nothing, where it is none of a client of registries, or runs a
// program in a container. Only of "pull" and "push" it is known where the image stands; the last word of a login may be
// a password.
func command(words []string) named {
	for i, word := range words {
		for _, c := range commands {
			if word != c.program {
				continue
			}
			args := simple(words[i+1:])
			n := named{client: c.client}
			switch {
			case len(args) == 0:
			case args[0] == "run" || args[0] == "exec" || args[0] == "compose":
				n.client = ""
			case len(args) > 1 && (args[0] == "pull" || args[0] == "push"):
				n.image = checked(strings.TrimPrefix(args[len(args)-1], "docker://"))
			}
			return n
		}
	}
	return named{}
}

// simple returns the words up to where the shell begins something else than one command.
func simple(words []string) []string {
	for i, word := range words {
		if at := strings.IndexAny(word, "&|;#<>)"); at == 0 || at > 0 && word[at] == '>' { // "2>"
			return words[:i]
		} else if at > 0 {
			words[i] = word[:at]
			return words[:i+1]
		}
	}
	return words
}

// firstWord returns what stands before the next space, or before what closes a name in these lines.
func firstWord(text string) string {
	if i := strings.IndexAny(text, " \t]'\","); i >= 0 {
		text = text[:i]
	}
	return strings.TrimRight(text, ".:")
}
