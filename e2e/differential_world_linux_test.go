package e2e

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// The places of a world, and the shares of a hundred worlds in which there is something.
const (
	homeDocker    = "home/.docker/config.json"
	elsewhere     = "elsewhere/config.json" // DOCKER_CONFIG
	dockerCfg     = "home/.dockercfg"
	namedAuth     = "named/auth.json" // REGISTRY_AUTH_FILE
	xdgRuntime    = "runtime/containers/auth.json"
	perUser       = "root/run/containers/UID/auth.json"
	configAuth    = "home/.config/containers/auth.json"
	xdgConfigAuth = "config/containers/auth.json"
	theVariable   = "DOCKER_AUTH_CONFIG"
)

var files = []string{homeDocker, elsewhere, dockerCfg, namedAuth, xdgRuntime, perUser, configAuth, xdgConfigAuth}

// world is one user's files, variables and helpers, made up, under one directory that worlds share one after the other.
type world struct {
	dir       string
	documents map[string]*document
	dirs      map[string]bool // what is a directory where a file belongs
	variables map[string]bool
	detected  string // the PATH has what Docker looks for where a file says nothing
	mangled   bool   // its files are no JSON any more, or another than was thrown together
}

// aWorld throws one together for a client that looks into some places more than into others.
func (d *dice) aWorld(dir string, shares map[string]int) *world {
	w := &world{
		dir: dir, documents: make(map[string]*document), dirs: make(map[string]bool), variables: make(map[string]bool),
	}
	for _, place := range slices.Sorted(maps.Keys(shares)) {
		switch {
		case !d.often(shares[place]):
			continue
		case place == theVariable:
			w.documents[place] = d.aVariable()
		case place == dockerCfg && d.often(80):
			w.documents[place] = &document{bare: true, members: []member{{name: "auths", entries: d.entries(place)}}}
		case d.often(1):
			w.dirs[place] = true
		default:
			w.documents[place] = d.aDocument(place)
		}
	}
	for name, place := range variablePlaces {
		w.variables[name] = w.there(place)
	}
	if d.often(20) {
		name := oneOf(d, "DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME")
		w.variables[name] = !w.variables[name]
	}
	w.detected = oneOf(d, "", "", "", "secretservice", "pass")
	return w
}

// variablePlaces are the files that a variable leads to.
var variablePlaces = map[string]string{
	"DOCKER_CONFIG": elsewhere, "REGISTRY_AUTH_FILE": namedAuth, "XDG_RUNTIME_DIR": xdgRuntime,
	"XDG_CONFIG_HOME": xdgConfigAuth,
}

// aVariable is what DOCKER_AUTH_CONFIG holds.
func (d *dice) aVariable() *document {
	doc := &document{}
	entries := d.entries(theVariable)
	if d.often(70) { // as docker login would write it
		entries = slices.DeleteFunc(entries, func(e item) bool {
			return !strings.HasPrefix(e.value, `{"auth": "`) || strings.Contains(e.value, ",")
		})
	}
	doc.members = append(doc.members, member{name: oneOf(d, "auths", "auths", "auths", "Auths"), entries: entries})
	if d.often(10) {
		doc.members = append(doc.members, member{name: "credHelpers", entries: d.credHelpers()})
	}
	if d.often(8) {
		doc.after = oneOf(d, "\n", "garbage", "{}", " null", "}")
	}
	return doc
}

func (w *world) there(place string) bool { return w.documents[place] != nil || w.dirs[place] }

func (w *world) path(place string) string {
	if place == theVariable {
		return place
	}
	return filepath.Join(w.dir, strings.Replace(place, "UID", fmt.Sprint(os.Getuid()), 1))
}

// lay makes the world this process's own. What the world before has left is taken away.
func (w *world) lay(t *testing.T) {
	t.Helper()
	for _, place := range files {
		path := w.path(place)
		err := os.Remove(path)
		switch {
		case w.dirs[place]:
			err = os.MkdirAll(path, 0o700)
		case w.documents[place] != nil:
			if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
				err = os.WriteFile(path, []byte(w.documents[place].text()), 0o600)
			}
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	for name, value := range w.environment() {
		t.Setenv(name, value)
	}
}

// environment has every variable that a client looks at. An empty one is none to all of them.
func (w *world) environment() map[string]string {
	env := map[string]string{"HOME": filepath.Join(w.dir, "home"), "PATH": filepath.Join(w.dir, "bin")}
	if w.detected != "" {
		env["PATH"] = filepath.Join(w.dir, w.detected) + ":" + env["PATH"]
	}
	for name, place := range variablePlaces {
		env[name] = ""
		if w.variables[name] {
			env[name] = w.variable(place)
		}
	}
	env[theVariable] = ""
	if d := w.documents[theVariable]; d != nil {
		env[theVariable] = strings.ReplaceAll(d.text(), "\x00", "")
	}
	return env
}

func (w *world) variable(place string) string {
	switch place {
	case elsewhere:
		return filepath.Dir(w.path(place))
	case xdgRuntime, xdgConfigAuth:
		return filepath.Dir(filepath.Dir(w.path(place)))
	}
	return w.path(place)
}

// places is what Predict is told of the same world.
func (w *world) places() clients.Places {
	p := clients.Places{
		HomeDocker: w.file(homeDocker), DockerCfg: w.file(dockerCfg),
		Named: w.variables["REGISTRY_AUTH_FILE"], XDGRuntime: w.variables["XDG_RUNTIME_DIR"],
		AuthConfig: w.file(theVariable), DetectedStore: w.detected, Helpers: spoken{w.detected},
	}
	p.Docker = p.HomeDocker
	if w.variables["DOCKER_CONFIG"] {
		p.Docker = w.file(elsewhere)
	}
	if p.Named {
		p.AuthFile = w.file(namedAuth)
	}
	p.RuntimeAuth, p.ConfigAuth = w.file(perUser), w.file(configAuth)
	if p.XDGRuntime {
		p.RuntimeAuth = w.file(xdgRuntime)
	}
	if w.variables["XDG_CONFIG_HOME"] {
		p.ConfigAuth = w.file(xdgConfigAuth)
	}
	return p
}

func (w *world) file(place string) *clients.File {
	switch d := w.documents[place]; {
	case w.dirs[place]:
		return &clients.File{Path: w.path(place), Err: clients.ErrDirectory}
	case d != nil && place == theVariable:
		return &clients.File{Path: place, Text: []byte(w.environment()[theVariable])}
	case d != nil:
		return &clients.File{Path: w.path(place), Text: []byte(d.text())}
	}
	return nil
}

// withoutWinner is the world less what has won in it, or what any of may win, and false where that stands nowhere.
func (w *world) withoutWinner(answer clients.Answer) (*world, bool) {
	winners := answer.Rivals
	if answer.Source != clients.Unstable {
		winners = []clients.Credential{answer.Credential}
	}
	left := *w
	left.documents = maps.Clone(w.documents)
	for _, c := range winners {
		if c.Key == "" || w.mangled {
			return nil, false
		}
		for place, d := range left.documents {
			if w.path(place) == c.Path {
				left.documents[place] = d.without(c.Member, c.Key)
			}
		}
	}
	return &left, true
}

// String shows the world, for whoever wants to see it again. Its secrets are made up.
func (w *world) String() string {
	var b strings.Builder
	env := w.environment()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if env[name] != "" {
			fmt.Fprintf(&b, "%s=%s\n", name, env[name])
		}
	}
	for _, place := range slices.Sorted(maps.Keys(w.documents)) {
		fmt.Fprintf(&b, "%s: %q\n", w.path(place), w.documents[place].text())
	}
	for place := range w.dirs {
		fmt.Fprintf(&b, "%s/\n", w.path(place))
	}
	return b.String()
}
