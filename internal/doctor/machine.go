package doctor

import (
	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
)

// Machine is what was found on this machine.
type Machine struct {
	Users   []User // the one who asks first, and others who have something that matters
	Homes   int    // how many were looked into
	Runner  Runner
	Job     credentials.Job // of the environment
	Kept    []Kept          // for the one who asks
	Program Program
	Session Session
}

// User is somebody whose files were looked at.
type User struct {
	Name   string
	Mine   bool // it is who asks: helpers may be run
	Pulls  bool // gitlab-runner pulls with this user's files
	Places clients.Places
	Files  []*Place

	home   string
	second bool       // the asking user's, besides the one that HOME points to
	left   []Leftover // what killed runs have left beside the files
}

// Second reports whether it is another home of the asking user's than the one that HOME points to.
func (u User) Second() bool { return u.second }

// Place is a file, or a variable, that has something about credentials in it.
type Place struct {
	*clients.File

	Format Format
	// Reader is who reads it besides the clients that are predicted: "kaniko"; "" for nobody.
	Reader string
	// Skipped is why root has not read it, in somebody else's home; "" where it has.
	Skipped string
	// OfRoot is what of the file's path is root's where it should be that user's own; "" for nothing.
	OfRoot string

	found *[]entry // what stands in it, once somebody has asked
}

// Format is how credentials stand in a place, and so what may be changed there.
type Format string

// The formats.
const (
	DockerFile Format = "docker"     // config.json: credentials and helpers
	AuthFile   Format = "containers" // auth.json: credentials, and helpers that nobody needs there
	BareFile   Format = "bare"       // .dockercfg: credentials without an "auths" around them
	SnapFile   Format = "snap"       // config.json of a Docker that sees no helper of this machine
	Variable   Format = "variable"   // DOCKER_AUTH_CONFIG of this process
	RunnerEnv  Format = "runner"     // DOCKER_AUTH_CONFIG in the environment that gitlab-runner gives to jobs
)

// variable is what clients read besides their files.
const variable = "DOCKER_AUTH_CONFIG"

// Runner is the gitlab-runner of this machine.
type Runner struct {
	Found   bool   // there is one, by its service, program or config file
	User    string // as whom it pulls
	Mine    bool
	Version *gitlabrunner.Version // nil: unknown
	FromLog bool                  // Version is what a log says, and may be of another machine's
	Service *gitlabrunner.Service // nil: systemd knows of none
	Configs []RunnerConfig
	Payload []string // in a job, the registries of the job that runs now
	// Files are the variables that its config files set for jobs.
	Files []*Place
	// Allowed are the helpers that are allowed for each of Files.
	Allowed [][]string
	// Pulls are the places that it pulls by: one for each DOCKER_AUTH_CONFIG that it has for jobs.
	Pulls []clients.Places
}

// RunnerConfig is one config.toml.
type RunnerConfig struct {
	Path   string
	User   string // whose it is
	Config gitlabrunner.Config
	Err    error
	InHome bool // it is in somebody's home, where that user's rules count
	// Skipped is why root has not read it, in somebody else's home; "" where it has.
	Skipped string
}

// Kept is a token of the vault.
type Kept struct {
	credentials.Kept

	Secret credentials.Secret // empty where Err says why
	Err    error
	Fix    string // what mends Err
}

// Program is this helper, as clients find it.
type Program struct {
	Self     string // the file that runs now
	OnPath   string // what is on this process's PATH; "" for nothing
	InSystem string // the one in a directory that services and other users have on theirs; "" for none
	Mine     string // what this one says that it is
	// Version and SystemVersion are what the others say, where they are others; "" where they say nothing.
	Version, SystemVersion string
}

// Session is what there is to know of the process that asks.
type Session struct {
	UID      int
	Home     string
	Bus      string // DBUS_SESSION_BUS_ADDRESS, or "none"
	Vault    string // GITLABJOB_KEYRING, or "auto"
	VaultErr error  // why no token could be kept now
	VaultFix string // the command that mends that
	Chosen   bool   // GITLABJOB_KEYRING names that vault
	// CatalogErr is why it cannot be told what is kept, and CatalogFix what mends that.
	CatalogErr error
	CatalogFix string
	LostJob    bool  // sudo has dropped CI_JOB_TOKEN
	Clock      error // why the clock cannot be right
}
