package system

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// standIn is GitLab's side: the stand-in, served on a port of its own over plain http, as only loopback may.
type standIn struct {
	*proxied

	URL    string
	server *http.Server
}

const issuer = "gitlab-issuer" // what GitLab's own package calls it

func startGitLab() (*standIn, error) {
	gitlab, err := gitlabtest.New(issuer)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return nil, err
	}
	host := newProxied(gitlab)
	s := &standIn{
		// By name: crane takes no sign-in at an address that only this machine or its network has.
		proxied: host, URL: "http://localhost:" + port,
		server: &http.Server{Handler: host, ReadHeaderTimeout: patience},
	}
	go func() { _ = s.server.Serve(listener) }() // ends with stop
	return s, nil
}

func (s *standIn) stop() error { return s.server.Close() }

// registryConfig is docker-registry's: storage, where it listens, whose certificate signs its tokens, and where clients
// get one (the realm).
const registryConfig = `version: 0.1
log: {level: info}
storage: {filesystem: {rootdirectory: %[1]s}, delete: {enabled: true}}
http: {addr: "127.0.0.1:0", secret: none}
auth:
  token: {realm: %[2]s/jwt/auth, service: container_registry, issuer: %[3]s, rootcertbundle: %[4]s}
`

// listening is the line in which docker-registry names the port that the kernel chose for it.
var listening = regexp.MustCompile(`listening on (127\.0\.0\.1:\d+)`)

// startRegistry starts docker-registry in dir, and returns the host:port it listens on.
func startRegistry(ctx context.Context, dir string, gitlab *standIn) (p *process, host string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, "", err
	}
	config, bundle := filepath.Join(dir, "config.yml"), filepath.Join(dir, "gitlab.crt")
	if err := os.WriteFile(bundle, gitlab.CertBundle(), 0o600); err != nil {
		return nil, "", err
	}
	text := fmt.Sprintf(registryConfig, filepath.Join(dir, "data"), gitlab.URL, issuer, bundle)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, "", err
	}
	cmd := exec.Command("docker-registry", "serve", config)
	cmd.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH")}
	p, err = startProcess(cmd, filepath.Join(dir, "log"))
	if err != nil {
		return nil, "", err
	}
	err = p.ready(ctx, func() bool {
		match := listening.FindStringSubmatch(p.output())
		if match != nil {
			host = match[1]
		}
		return match != nil
	})
	return p, host, err
}
