package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// fixPlaces are where a login may lie, below the home. The last two are read because a variable names them.
var fixPlaces = []string{
	".docker/config.json", ".config/containers/auth.json", "run/containers/auth.json", ".dockercfg",
	"named/auth.json", "other/config.json",
}

// fixTroubles are what may keep a login from the vault.
var fixTroubles = []struct {
	name  string
	cause func(*fixing)
}{
	{"nothing", func(*fixing) {}},
	{"no PATH", func(f *fixing) { f.path(kit.Vault) }},
	{"no vault", func(f *fixing) { f.home.Set("GITLABJOB_KEYRING", "none") }},
	{"no GitLab", func(f *fixing) { f.world.GitLab.Fault(gitlabtest.Fault{Status: 500}) }},
	{"old runner", func(f *fixing) {
		f.path(kit.Vault, kit.Program)
		f.write("bin/gitlab-runner", "#!/bin/sh\necho Version: 17.0.0\n", 0o755)
	}},
	{"a store that Docker finds by itself", func(f *fixing) {
		f.path(kit.Vault, kit.Program)
		f.home.Set("PATH", filepath.Join(f.home.Dir, "bin")) // where there is no pass
		f.write("bin/docker-credential-secretservice", "#!/bin/sh\n"+
			`echo '{"ServerURL": "x", "Username": "alice", "Secret": "`+f.secret("good")+"\"}'\n", 0o755)
	}},
}

// TestDoctorFixCutsNobodyOff: whatever lies where, and whatever goes wrong, a client that had a credential which may be
// good is not without one after doctor --fix.
func TestDoctorFixCutsNobodyOff(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, trouble := range fixTroubles {
		var layouts [][]string // what lies in each place: "" for no file
		for i := range 2 * len(fixPlaces) {
			alone := slices.Repeat([]string{""}, len(fixPlaces))
			alone[i/2] = []string{"good", "dead"}[i%2]
			layouts = append(layouts, alone)
		}
		for range 8 {
			mixed := slices.Repeat([]string{""}, len(fixPlaces))
			for i := range mixed {
				mixed[i] = []string{"", "", "good", "other", "dead", "of a group", "nothing"}[random.IntN(7)]
			}
			layouts = append(layouts, mixed)
		}
		for _, layout := range layouts {
			t.Run(fmt.Sprintf("%s, %q", trouble.name, layout), func(t *testing.T) {
				t.Parallel()
				f := newFixing(t)
				f.lay(layout)
				trouble.cause(f)
				before, _ := f.doctor("--online", "--json", f.world.Registry)
				_, said := f.doctor("--fix", "--yes", f.world.Registry)
				after, _ := f.doctor("--online", "--json", f.world.Registry)
				for who, had := range before {
					has := after[who]
					could := (had.Source == "file" || had.Source == "helper") && (had.State == "valid" || had.State == "unchecked")
					if could && (has.Source == "none" || has.Source == "empty" || has.State == "missing") {
						t.Errorf("%s had %+v, and has %+v:\n%s", who, had, has, said)
					}
				}
			})
		}
	}
}

// fixing is a user whose files are mended.
type fixing struct {
	t     *testing.T
	world *kit.World
	home  *kit.Home
}

func newFixing(t *testing.T) *fixing {
	t.Helper()
	f := &fixing{t: t}
	var err error
	if f.world, err = kit.NewWorld(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.world.Close() })
	if f.home, err = kit.NewHome(filepath.Join(t.TempDir(), "home"), bin); err != nil {
		t.Fatal(err)
	}
	if _, err := f.home.UseTestVault(); err != nil {
		t.Fatal(err)
	}
	f.home.Set("XDG_RUNTIME_DIR", filepath.Join(f.home.Dir, "run"))
	scopes := []string{"read_registry", "write_registry", "self_rotate"}
	for _, token := range []gitlabtest.Token{
		{Secret: f.secret("good"), Scopes: scopes}, {Secret: f.secret("other"), Scopes: scopes},
		{Secret: f.secret("dead"), Scopes: scopes, Revoked: true},
	} {
		token.Username, token.Name, token.ExpiresAt = "alice", "laptop", time.Now().AddDate(0, 3, 0).Format(time.DateOnly)
		f.world.GitLab.Add(token)
	}
	return f
}

func (f *fixing) secret(name string) string { return "glpat-" + name + "-" + canary }

// lay lays what a layout says into the places.
func (f *fixing) lay(layout []string) {
	for i, what := range layout {
		key, secret := f.world.Registry, f.secret(what)
		switch what {
		case "":
			continue
		case "of a group":
			key, secret = key+"/group", f.secret("good")
		case "nothing":
			key = "ghcr.io"
		}
		text := fmt.Sprintf(`{%q: {"auth": %q}}`, key, base64.StdEncoding.EncodeToString([]byte("alice:"+secret)))
		if fixPlaces[i] != ".dockercfg" {
			text = `{"auths": ` + text + `}`
		}
		path := f.write(fixPlaces[i], text, 0o600)
		switch filepath.Dir(fixPlaces[i]) {
		case "named":
			f.home.Set("REGISTRY_AUTH_FILE", path)
		case "other":
			f.home.Set("DOCKER_CONFIG", filepath.Dir(path))
		}
	}
}

// path makes a PATH that has some of the programs under test.
func (f *fixing) path(programs ...string) {
	dir := filepath.Join(f.home.Dir, "bin")
	f.must(os.MkdirAll(dir, 0o700))
	for _, program := range programs {
		f.must(os.Symlink(filepath.Join(bin, program), filepath.Join(dir, program)))
	}
	f.home.Set("PATH", dir+string(os.PathListSeparator)+"/usr/bin:/bin")
}

func (f *fixing) write(name, text string, mode os.FileMode) string {
	path := filepath.Join(f.home.Dir, name)
	f.must(os.MkdirAll(filepath.Dir(path), 0o700))
	f.must(os.WriteFile(path, []byte(text), mode))
	return path
}

func (f *fixing) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// fixRow is what doctor --json says of a client.
type fixRow struct{ Client, User, Image, Rules, Source, Path, Key, State string }

// doctor runs it, and returns what it says of each client with --json, and else all that it prints.
func (f *fixing) doctor(args ...string) (rows map[string]fixRow, said string) {
	f.t.Helper()
	cmd := exec.CommandContext(f.t.Context(), filepath.Join(bin, kit.Program), append([]string{"doctor"}, args...)...)
	cmd.Env, cmd.Dir = f.home.Env(), f.home.Dir
	var got kit.Result
	f.must(asOrdinaryUser(func() (err error) {
		got, err = kit.Run(cmd, "")
		return err
	}))
	said = got.Stdout + got.Stderr
	if strings.Contains(said, canary) {
		f.t.Error("it shows a secret")
	}
	if !slices.Contains(args, "--json") {
		return nil, said
	}
	var answer struct{ Clients []fixRow }
	if err := json.NewDecoder(strings.NewReader(got.Stdout)).Decode(&answer); err != nil && err != io.EOF {
		f.t.Fatalf("%v: %s", err, said)
	}
	rows = make(map[string]fixRow)
	for _, row := range answer.Clients {
		rows[strings.Join([]string{row.User, row.Client, row.Rules, row.Image}, " ")] = row
	}
	return rows, said
}
