package clients

import "github.com/gitlabjob/docker-credential-gitlabjob/credentials"

// Places is all that the clients of one user look at. A file that is not there is nil.
type Places struct {
	Docker      *File // $DOCKER_CONFIG/config.json, else ~/.docker/config.json
	HomeDocker  *File // ~/.docker/config.json, wherever DOCKER_CONFIG points to; often the same *File
	DockerCfg   *File // ~/.dockercfg
	AuthFile    *File // $REGISTRY_AUTH_FILE, where that is set: Named says so for a file that is not there
	Named       bool  // REGISTRY_AUTH_FILE is set
	RuntimeAuth *File // $XDG_RUNTIME_DIR/containers/auth.json, else /run/containers/UID/auth.json
	XDGRuntime  bool  // RuntimeAuth is XDG_RUNTIME_DIR's
	ConfigAuth  *File // $XDG_CONFIG_HOME/containers/auth.json, else ~/.config/containers/auth.json
	AuthConfig  *File // what DOCKER_AUTH_CONFIG holds; its Path says where that is set

	DetectedStore string   // the credsStore that Docker's CLI takes where a file says nothing of credentials; "": none
	Payload       []string // gitlab-runner: the registries that the job's own token comes with
	Helpers       Helpers
}

// Helpers asks credential helpers. It always answers the same to the same question.
type Helpers interface {
	// Get asks docker-credential-NAME about a registry.
	Get(name, serverURL string) HelperAnswer
	// List asks docker-credential-NAME for the registries that it has something for. The answer has an Outcome, and a
	// Text where it failed.
	List(name string) (serverURLs []string, outcome HelperAnswer)
}

// Outcome is what became of a question to a credential helper.
type Outcome string

// What may become of a question to a credential helper.
const (
	Found    Outcome = "found"
	NotFound Outcome = "not-found" // in the very words of the protocol
	Failed   Outcome = "failed"
	Missing  Outcome = "missing" // there is no such program on the client's PATH
	Unknown  Outcome = "unknown" // it is not asked, because it would run as another user
)

// HelperAnswer is what a helper said.
type HelperAnswer struct {
	Outcome  Outcome
	Username string
	Secret   credentials.Secret
	Text     string // for Failed: its words, on one line
}

// bad reports whether clients take the answer for an error.
func (a HelperAnswer) bad() bool { return a.Outcome == Failed || a.Outcome == Missing }

// tokenUsername marks an identity token (docker/docker-credential-helpers).
const tokenUsername = "<token>"
