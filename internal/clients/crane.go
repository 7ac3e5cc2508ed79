package clients

import "errors"

// crane is go-containerregistry's default keychain: crane, ko, kaniko (pkg/authn/keychain.go).
//
// It looks for Docker's file, or else podman's, and asks for the image's whole path before it asks for its registry: an
// entry for the path hides a helper for the registry. What is empty is passed over. A file that cannot be loaded, and a
// helper that fails, end the pull.
func crane(q question) Answer {
	file, ok := q.craneFile()
	if !ok {
		return Answer{Credential: Credential{Source: None}} // DOCKER_AUTH_CONFIG or not
	}
	v := q.dockerView(file)
	if v.err != nil {
		return stopped(Credential{Source: FromFile, Path: v.path, Outcome: Failed, Text: v.err.Error()})
	}
	var asks []func() Answer
	for _, server := range q.craneServers() {
		asks = append(asks, func() Answer { return q.getAuthConfig(v, server).stoppedByHelper() })
	}
	return firstOf(asks...)
}

// craneFile returns the file that is loaded, which is nil where Docker's is looked for in another place than it was
// found in, and false where there is none at all.
func (q question) craneFile() (*File, bool) {
	p := q.places
	switch {
	case p.HomeDocker.isFile(), p.Docker.isFile():
		return p.Docker, true
	case p.Named && p.AuthFile.isFile():
		return p.AuthFile, true
	case p.XDGRuntime && p.RuntimeAuth.isFile():
		return p.RuntimeAuth, true
	}
	return p.ConfigAuth, p.ConfigAuth.isFile()
}

// isFile reports whether crane takes it for a file that is there.
func (f *File) isFile() bool { return f != nil && !errors.Is(f.Err, ErrDirectory) }

// craneServers are what is asked for, in turn.
func (q question) craneServers() []string {
	image := q.image.normal()
	registry := image.Host
	if registry == dockerHub || registry == "index."+dockerHub {
		image.Host, registry = "index."+dockerHub, hubKey
	}
	if image.Path == "" {
		return []string{registry}
	}
	return []string{image.Name(), registry}
}
