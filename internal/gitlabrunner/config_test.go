package gitlabrunner

import (
	"errors"
	"os/user"
	"reflect"
	"strings"
	"testing"
)

// secret stands where config files have tokens.
const secret = "glrt-t0k3n"

const twoRunners = `concurrent = 4
check_interval = 0

[session_server]
  session_timeout = 1800

[[runners]]
  name = "first"
  url = "https://gitlab.test/"
  token = "` + secret + `"
  executor = "docker"
  environment = ["A=1", "DOCKER_AUTH_CONFIG={\"auths\":{}}"]
  pre_build_script = """
    apk add docker
    docker login -u x
  """
  post_build_script = "docker logout"
  [runners.docker]
    image = "alpine"
    allowed_docker_credential_helpers = ["gitlabjob", "ecr-login"]

[[runners]]
  executor = "shell"
  [runners.cache]
    Type = "s3"
`

func TestParseConfig(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []Runner
	}{
		"empty":      {"", nil},
		"no runners": {"concurrent = 1\n", nil},
		"two runners": {twoRunners, []Runner{{
			Name: "first", URL: "https://gitlab.test/", Executor: "docker", AuthConfig: `{"auths":{}}`,
			LogsIn: []string{"pre_build_script"}, AllowedHelpers: []string{"gitlabjob", "ecr-login"}, AllowsHelpers: true,
		}, {Executor: "shell"}}},
		"a byte order mark": {"\xef\xbb\xbf[[runners]]\nname = 'x'\n", []Runner{{Name: "x"}}},
		"of several the last": {
			"[[runners]]\nenvironment = ['DOCKER_AUTH_CONFIG=1', 'DOCKER_AUTH_CONFIG=2', 'X=3']\n", []Runner{{AuthConfig: "2"}},
		},
		"the last is empty": {
			"[[runners]]\nenvironment = ['DOCKER_AUTH_CONFIG=1', 'DOCKER_AUTH_CONFIG=']\n", []Runner{{}},
		},
		"other names": {
			"[[runners]]\nenvironment = ['DOCKER_AUTH_CONFIG', 'docker_auth_config=1', ' DOCKER_AUTH_CONFIG=2']\n", []Runner{{}},
		},
		"as in a shell": {"[[runners]]\nenvironment = ['DOCKER_AUTH_CONFIG=\"$X=\"']\n", []Runner{{AuthConfig: `"$X="`}}},
		"inline":        {"runners = [{name = 'a'}, {environment = ['DOCKER_AUTH_CONFIG=1']}]\n", []Runner{{Name: "a"}, {AuthConfig: "1"}}},
		"all scripts": {
			"[[runners]]\npre_clone_script='docker login'\npost_clone_script='docker login'\npre_get_sources_script='docker login'\n" +
				"post_get_sources_script='docker login'\npre_build_script='docker login'\npost_build_script='docker login'\n",
			[]Runner{{LogsIn: []string{
				"pre_get_sources_script", "post_get_sources_script", "pre_clone_script", "post_clone_script", "pre_build_script",
				"post_build_script",
			}}},
		},
		"helpers of none": {
			"[[runners]]\nallowed_docker_credential_helpers = []\n[[runners]]\n", []Runner{{AllowsHelpers: true}, {}},
		},
		"helpers in each place": {
			"[[runners]]\nallowed_docker_credential_helpers = ['a']\n[runners.docker]\nallowed_docker_credential_helpers = ['b']\n" +
				"[runners.kubernetes]\nallowed_docker_credential_helpers = ['c']\n",
			[]Runner{{AllowedHelpers: []string{"a", "b", "c"}, AllowsHelpers: true}},
		},
		"helpers by registry": {
			"[[runners]]\n[runners.allowed_docker_credential_helpers]\n'y.test' = 'gitlabjob'\n'x.test' = ['pass', 'ecr-login']\n",
			[]Runner{{AllowedHelpers: []string{"x.test", "pass", "ecr-login", "y.test", "gitlabjob"}, AllowsHelpers: true}},
		},
		"helpers in tables": {
			"[[runners]]\n[[runners.allowed_docker_credential_helpers]]\nhelper = 'gitlabjob'\nuses = 3\n",
			[]Runner{{AllowedHelpers: []string{"helper", "gitlabjob", "uses"}, AllowsHelpers: true}},
		},
	} {
		if got, err := ParseConfig([]byte(c.text)); err != nil || !reflect.DeepEqual(got.Runners, c.want) {
			t.Errorf("%s: %+v, %v; want %+v", name, got.Runners, err, c.want)
		}
	}
}

func TestParseConfigMalformed(t *testing.T) {
	for text, want := range map[string]ConfigError{
		"[[runners]]\ntoken = " + secret + "\n":                            {Line: 2, Column: 9},
		"[[runners]]\ntoken = \"" + secret:                                 {Line: 2, Column: 19},
		"a = 1\n  a = '" + secret + "'":                                    {Line: 2, Column: 3},
		"[[runners]]\nname = ['" + secret + "']\n":                         {Line: 2, Column: 8},
		"[[runners]]\nenvironment = 'DOCKER_AUTH_CONFIG=" + secret + "'\n": {Line: 2, Column: 15},
		"[[runners]]\nenvironment = [7]\n":                                 {Line: 2, Column: 16},
		"runners = '" + secret + "'":                                       {Line: 1, Column: 11},
		secret:                                                             {Line: 1, Column: 10},
		"\xff":                                                             {Line: 1, Column: 1},
		"a = " + strings.Repeat("[", maxConfig-10):                         {Line: 1, Column: 10005},
		"# " + strings.Repeat("x", maxConfig):                              {Reason: "it is larger than 4194304 bytes"},
		"[[runners]]\nenvironment = ['DOCKER_AUTH_CONFIG=" + strings.Repeat("x", maxConfig): {Reason: "it is larger than 4194304 bytes"},
	} {
		if want.Reason == "" {
			want.Reason = "it is not the TOML that gitlab-runner takes"
		}
		shown := text[:min(60, len(text))]
		edited, editErr := EditAuthConfig([]byte(text), func(int, string) string { return "" })
		_, err := ParseConfig([]byte(text))
		for _, err := range []error{err, editErr} {
			var got *ConfigError
			if !errors.As(err, &got) || *got != want {
				t.Errorf("%q: %v; want %+v", shown, err, want)
			} else if strings.Contains(err.Error(), secret) {
				t.Errorf("%q: its error quotes it: %v", shown, err)
			}
		}
		if edited != nil {
			t.Errorf("%q: edited to %q", shown, edited)
		}
	}
	if got := (&ConfigError{Line: 3, Column: 7, Reason: "so"}).Error(); got != "line 3, column 7: so" {
		t.Error(got)
	}
}

func TestConfigFile(t *testing.T) {
	ci := &user.User{Username: "ci", Uid: "1001", HomeDir: "/home/ci"}
	for want, s := range map[string]Service{
		"/etc/gitlab-runner/config.toml":      {User: "root"},
		"/srv/a.toml":                         {User: "root", Command: words("/usr/bin/gitlab-runner run -c /srv//x/../a.toml")},
		"/srv/b.toml":                         {User: "ci", Environment: map[string]string{"CONFIG_FILE": "/srv/b.toml"}},
		"/srv/c.toml":                         {User: "ci", Command: words("gitlab-runner run --config=srv/c.toml")},
		"/home/ci/.gitlab-runner/config.toml": {User: "ci"},
		"/var/ci/.gitlab-runner/config.toml":  {User: "ci", Environment: map[string]string{"HOME": "/var/ci"}},
	} {
		if got := s.ConfigFile(ci); got != want {
			t.Errorf("%+v: %s, want %s", s, got, want)
		}
	}
}
