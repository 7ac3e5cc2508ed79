package gitlabrunner

import "testing"

func TestLogsIn(t *testing.T) {
	for script, want := range map[string]bool{
		"docker login":                               true,
		"docker login -u x -p y registry.test":       true,
		"docker  --config x login":                   true,
		"docker --config=/tmp/x -l debug login":      true,
		"docker --config=a#b login":                  true,
		"docker -D login":                            true,
		"docker --config ${HOME}/x login":            true,
		"docker \\\n  login \\\n  registry.test":     true,
		"docker \\\r\n  login":                       true,
		"sudo docker login":                          true,
		"sudo -u docker -E docker login":             true,
		"/usr/bin/sudo /usr/bin/docker login":        true,
		"A=1 B='2 3' docker login":                   true,
		"timeout 10 docker login":                    true,
		"docker.exe login":                           true,
		"set -e\napk add x\ndocker login\nls":        true,
		"set -e\r\ndocker login\r\n":                 true,
		"true && docker login || exit 1":             true,
		"echo $PASSWORD | docker login -u x -":       true,
		"if ! docker login; then exit 1; fi":         true,
		"if true; then docker login; fi":             true,
		"{ docker login; }":                          true,
		"x=$(docker login)":                          true,
		"echo `docker login`":                        true,
		"(cd x; docker login)":                       true,
		"docker pull x # y\ndocker login":            true,
		"echo it's late\ndocker login":               true,
		"echo 'it''s' \"late \\\" '\"\ndocker login": true,
		"podman login x":                             true,
		"buildah login x":                            true,
		"skopeo login x":                             true,
		"nerdctl login x":                            true,
		"oras login x":                               true,
		"crane auth login x -u y":                    true,

		"":                                  false,
		"docker":                            false,
		"docker logout":                     false,
		"docker login-x":                    false,
		"docker-compose login":              false,
		"docker run --rm alpine login":      false,
		"docker exec x login":               false,
		"docker --config=x pull login":      false,
		"echo \"\\\"; docker login; \\\"\"": false,
		"docker --config x pull login":      false,
		"docker pull x\nlogin":              false,
		"docker; login":                     false,
		"docker pull x # docker login":      false,
		"# docker login":                    false,
		"  # first docker login\nls":        false,
		"#docker login":                     false,
		"ls #":                              false,
		"echo docker login":                 false,
		"echo 'run docker login'":           false,
		"echo \"a\nb\ndocker login\n\"":     false,
		"printf '%s' 'docker login'":        false,
		"'docker login'":                    false,
		"MESSAGE=\"please docker login\"":   false,
		"echo a\\#docker login":             false,
		"glab auth login":                   false,
		"az acr login":                      false,
		"helm registry login x":             false, // in a file of its own
		"crane auth get x":                  false,
		"crane login":                       true,
		"grep docker login":                 false,
		"A=docker login":                    false,
		"sudo":                              false,
		"A=1":                               false,
		"\\":                                false,
		"\"docker login":                    false,
		"docker 'log'in":                    true,
		"--docker=x docker login":           false,
	} {
		if got := logsIn(script); got != want {
			t.Errorf("%q: %v", script, got)
		}
	}
}

// FuzzLogsIn holds against any script: a comment behind it makes no login of it, and it cannot undo one before it.
func FuzzLogsIn(f *testing.F) {
	for _, script := range []string{"", "docker login", "echo 'x\n", "a \\", "\"\\\"", "x=$(ls)\r\n#"} {
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script string) {
		if logsIn(script+"\n# docker login") && !logsIn(script) {
			t.Errorf("%q logs in with a comment behind it", script)
		}
		if !logsIn("docker login\n" + script) {
			t.Errorf("%q undoes a login before it", script)
		}
	})
}
