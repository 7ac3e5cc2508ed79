package clients

// docker is Docker's CLI: docker pull, push, run, and the classic docker build
// (docker/cli cli/command/registry.go, cli/config/config.go).
//
// A file that it cannot load it warns of, and goes on with what it has read of it. A helper that fails it warns of, and
// goes on with the plaintext of the same file (measured with 20.10 to 28.2). The library of 29.9 hands out both, the
// plaintext and the error; that CLI's RetrieveAuthTokenFromImage takes the error.
func docker(q question) Answer {
	return q.getAuthConfig(q.cliView(), q.dockerServer())
}

// buildKit is docker build and buildx: Docker's file and rules, except that a helper that fails ends the build
// (moby/buildkit session/auth/authprovider).
func buildKit(q question) Answer {
	server := q.dockerServer()
	if server == "registry-1."+dockerHub { // which is where it fetches from
		server = hubKey
	}
	return q.getAuthConfig(q.cliView(), server).stoppedByHelper()
}

// stoppedByHelper is the answer of a client that does not go on with what stands behind a helper that fails.
func (a Answer) stoppedByHelper() Answer {
	if a.Failed != nil {
		return stopped(*a.Failed)
	}
	return a
}

// cliView is the file as Docker's CLI takes it: where it says nothing of credentials, the CLI looks for the platform's
// credential helper (docker/cli LoadDefaultConfigFile, ContainsAuth).
func (q question) cliView() view {
	v := q.dockerView(q.places.Docker)
	if !v.holdsAuth() {
		v.detected = q.places.DetectedStore
	}
	return v
}

func (v view) holdsAuth() bool {
	if _, ok := v.storeFor(); ok {
		return true
	}
	for key := range v.helpers {
		if !v.gone(v.path, credHelpers, key) {
			return true
		}
	}
	for key := range v.auths {
		if !v.gone(v.path, auths, key) {
			return true
		}
	}
	return false
}

// dockerServer is what Docker asks for the registry of the image.
func (q question) dockerServer() string {
	if q.image.Host == dockerHub || q.image.Host == "index."+dockerHub {
		return hubKey
	}
	return q.image.Host
}

// getAuthConfig is ConfigFile.GetAuthConfig of docker/cli, which crane uses as well: the variable DOCKER_AUTH_CONFIG
// for that very server, else the server's helper, else the file's own entries. What a helper that fails leaves to the
// caller is the file's entry, with the failure beside it.
func (q question) getAuthConfig(v view, server string) Answer {
	if c, ok := q.fromVariable(server); ok {
		return Answer{Credential: c}
	}
	inFile := v.comingDownTo(server, dockerHostname)
	helper, ok := v.helperAt(server)
	if !ok {
		helper, ok = v.storeFor()
	}
	if !ok || helper.Helper == "" {
		return one(inFile)
	}
	if helper = v.asked(helper, server); !helper.fails() {
		return one(besideHelper(helper, inFile))
	}
	answer := one(inFile)
	answer.Failed = &helper
	return answer
}

// besideHelper returns what there is when a helper has answered. A registry token in the file's own entry is handed out
// with whatever the helper says (docker/cli cli/config/credentials/native_store.go).
func besideHelper(helper Credential, inFile []Credential) []Credential {
	if helper.Outcome == NotFound {
		helper = Credential{Source: None}
	}
	var found []Credential
	for _, c := range inFile {
		beside := helper
		if token := c.Tokens.Registry; !token.Empty() {
			if helper.Source == None {
				beside = Credential{Source: c.Source, Path: c.Path, Member: c.Member, Key: c.Key}
			}
			beside.Identity, beside.Tokens.Registry = true, token
		}
		found = append(found, beside)
	}
	if len(found) == 0 {
		return []Credential{helper}
	}
	return found
}

// fromVariable returns what DOCKER_AUTH_CONFIG has for that very server. Docker takes it only if every entry of it is
// what docker login would write, and nothing else is in it (docker/cli, since 28.3).
func (q question) fromVariable(server string) (Credential, bool) {
	f := q.places.AuthConfig
	if f == nil {
		return Credential{}, false
	}
	v := view{question: q, path: f.Path, config: f.variable()}
	c, ok := v.entryAt(server)
	c.Source = FromEnv
	return c, ok && v.err == nil
}
