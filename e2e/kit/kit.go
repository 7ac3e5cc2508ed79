// Package kit has what the end-to-end tests, the demo and the benchmarks share: the program built as a user builds it
// (Build), a home of its own for every story (Home), so that nothing of the machine's user is read and nothing is left
// with him, and a small world to talk to (World): a GitLab and its registry.
package kit

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// Home is a user's home directory with its environment.
type Home struct {
	Dir string
	OS  string // what the helper runs on there, as GOOS: this system, or the one that stands in for it
	env map[string]string
}

// NewHome makes a home in dir, which need not exist. bin comes first on its PATH.
func NewHome(dir, bin string) (*Home, error) {
	if err := os.MkdirAll(filepath.Join(dir, ".docker"), 0o700); err != nil {
		return nil, err
	}
	h := &Home{Dir: dir, OS: runtime.GOOS, env: map[string]string{
		"HOME": dir,
		"PATH": bin + string(os.PathListSeparator) + os.Getenv("PATH"),
	}}
	if runtime.GOOS == "windows" {
		// Without these two Windows starts no program that uses a socket, and finds no home.
		h.Set("SYSTEMROOT", os.Getenv("SYSTEMROOT"))
		h.Set("USERPROFILE", dir)
		h.Set("LOCALAPPDATA", filepath.Join(dir, "AppData", "Local"))
	}
	return h, nil
}

// Set sets a variable of the home's environment, or removes it when value is empty.
func (h *Home) Set(name, value string) {
	if value == "" {
		delete(h.env, name)
		return
	}
	h.env[name] = value
}

// Env returns the environment as os/exec takes it: what was set here, and nothing of this process's own.
func (h *Home) Env() []string {
	env := make([]string, 0, len(h.env))
	for name, value := range h.env {
		env = append(env, name+"="+value)
	}
	slices.Sort(env)
	return env
}

// UseTestVault makes the helper keep its tokens in the test vault, whose entries lie in the directory returned.
func (h *Home) UseTestVault() (dir string, err error) {
	dir = filepath.Join(h.Dir, "testvault")
	h.Set("GITLABJOB_KEYRING", "helper:testvault")
	h.Set("TESTVAULT_DIR", dir)
	return dir, os.MkdirAll(dir, 0o700)
}

// ConfigPath is Docker's config file.
func (h *Home) ConfigPath() string { return filepath.Join(h.Dir, ".docker", "config.json") }

// WriteConfig writes Docker's config file.
func (h *Home) WriteConfig(text string) error {
	return os.WriteFile(h.ConfigPath(), []byte(text), 0o600)
}

// CatalogPath is the helper's catalogue.
func (h *Home) CatalogPath() string {
	state := filepath.Join(".local", "state")
	switch h.OS {
	case "darwin":
		state = filepath.Join("Library", "Application Support")
	case "windows":
		state = filepath.Join("AppData", "Local")
	}
	return filepath.Join(h.Dir, state, Program, "catalog.json")
}
