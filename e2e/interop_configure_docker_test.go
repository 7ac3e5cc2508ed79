package e2e

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/docker/cli/cli/config/configfile"
	"github.com/docker/cli/cli/config/types"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// dockerWrites returns a file as Docker itself writes it.
func dockerWrites(t *testing.T, file *configfile.ConfigFile) string {
	t.Helper()
	var text bytes.Buffer
	if err := file.SaveToWriter(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// TestConfigureWritesAsDocker: of a file that Docker has written, configure makes the very bytes that Docker would write
// next, wherever in it the helper belongs.
func TestConfigureWritesAsDocker(t *testing.T) {
	s := newSite(t)
	host, err := credentials.ParseHost(s.Registry)
	if err != nil {
		t.Fatal(err)
	}
	c := &configureCheck{site: s, host: host}
	random := madeUp{rand.New(rand.NewPCG(1, 2)), s.Registry}
	for range 500 {
		file := configfile.New("")
		login := types.AuthConfig{Username: "alice", Password: stalePassword}
		if random.chance(80) {
			file.AuthConfigs[pick(random, s.Registry, "https://"+s.Registry+"/v2/")] = login
		}
		for range random.IntN(3) {
			file.AuthConfigs[pick(random, "a.example.invalid", "z.example.invalid", "https://index.docker.io/v1/")] = login
		}
		for _, other := range []string{"a.example.invalid", "z.example.invalid", "m.example.invalid:1"} {
			if random.chance(30) {
				if file.CredentialHelpers == nil {
					file.CredentialHelpers = make(map[string]string)
				}
				file.CredentialHelpers[other] = "pass"
			}
		}
		for _, set := range []func(){
			func() { file.HTTPHeaders["X-Meta"] = "<&>" }, func() { file.PsFormat = "table" }, func() { file.DetachKeys = "ctrl-e" },
			func() { file.CredentialsStore = "testvault" }, func() { file.CurrentContext = "there" },
			func() { file.Aliases["builder"] = "buildx" }, func() { file.PruneFilters = []string{"a=b"} },
			func() { file.SetPluginConfig("x", "hooks", "y") },
		} {
			if random.chance(30) {
				set()
			}
		}
		before := dockerWrites(t, file)
		after, err := c.edit([]byte(before))
		if err != nil {
			t.Fatal(err)
		}
		var reread configfile.ConfigFile
		if err := reread.LoadFromReader(bytes.NewReader(after)); err != nil {
			t.Fatal(err)
		}
		if want := dockerWrites(t, &reread); string(after) != want {
			t.Fatalf("%s\nbecame %s\nwhich Docker would write as %s", before, after, want)
		}
	}
}

// TestConfigureThenLoginAndLogout: Docker's next login and logout leave the file as it was made, to the byte.
func TestConfigureThenLoginAndLogout(t *testing.T) {
	s := newSite(t)
	host, err := credentials.ParseHost(s.Registry)
	if err != nil {
		t.Fatal(err)
	}
	c := &configureCheck{site: s, host: host}
	for _, before := range []string{
		"", "{\n\t\"auths\": {\n\t\t\"" + s.Registry + "\": {\n\t\t\t\"auth\": \"c3RhbGU6c3RhbGU=\"\n\t\t}\n\t}\n}",
	} {
		made, err := c.edit([]byte(before))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.home.WriteConfig(string(made)); err != nil {
			t.Fatal(err)
		}
		login := types.AuthConfig{ServerAddress: s.Registry, Username: "alice", Password: s.pat}
		if err := s.dockerConfig(t).GetCredentialsStore(s.Registry).Store(login); err != nil {
			t.Fatal(err)
		}
		noSecretIn(t, s.home.ConfigPath())
		marked, err := os.ReadFile(s.home.ConfigPath())
		if err != nil || bytes.Equal(marked, made) {
			t.Errorf("Docker has left no mark in %s, %v", marked, err)
		}
		if again, err := c.edit(marked); err != nil || !bytes.Equal(again, marked) {
			t.Errorf("after a login, configure makes of %s\n%s, %v", marked, again, err)
		}
		if err := s.dockerConfig(t).GetCredentialsStore(s.Registry).Erase(s.Registry); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(s.home.ConfigPath()); err != nil || !bytes.Equal(got, made) {
			t.Errorf("%s\nbecame %s, %v", made, got, err)
		}
	}
}
