//go:build linux

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"go/build"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// builder is the environment of who runs the tests, whose caches the go command needs: TestMain forgets him.
var builder = os.Environ()

// forMac is how to build the program for this machine with the files that macOS has in their place: this module's
// package keyring, and go-keyring, which runs `security` from PATH and not from /usr/bin.
type forMac struct{ env []string }

const goKeyring = "github.com/zalando/go-keyring"

// prepareForMac writes what such a build needs into dir: a copy of go-keyring (the go command overlays no module of its
// cache), a workspace that puts it in the place of the original, and an overlay for our own package.
func prepareForMac(ctx context.Context, dir string) (forMac, error) {
	root, err := filepath.Abs("..")
	if err != nil {
		return forMac{}, err
	}
	list := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", goKeyring)
	list.Env = builder
	original, err := list.Output()
	if err != nil {
		return forMac{}, fmt.Errorf("go list -m %s: %w", goKeyring, err)
	}
	library, ours := filepath.Join(dir, "go-keyring"), filepath.Join(dir, "keyring")
	if err := os.CopyFS(library, os.DirFS(strings.TrimSpace(string(original)))); err != nil {
		return forMac{}, err
	}
	files, err := swap(library, library)
	if err != nil {
		return forMac{}, err
	}
	for from, to := range files {
		if to == "" {
			err = os.Remove(from)
		} else {
			err = lookUpSecurity(to)
		}
		if err != nil {
			return forMac{}, err
		}
	}
	if err := os.Mkdir(ours, 0o700); err != nil {
		return forMac{}, err
	}
	if files, err = swap(filepath.Join(root, "keyring"), ours); err != nil {
		return forMac{}, err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": files})
	if err != nil {
		return forMac{}, err
	}
	work := fmt.Sprintf("go 1.26.0\nuse (\n%s\n%s\n)\nreplace %s => %s\n", root, filepath.Join(root, "e2e"), goKeyring, library)
	m := forMac{env: append(slices.Clip(builder),
		"GOWORK="+filepath.Join(dir, "go.work"), "GOFLAGS=-overlay="+filepath.Join(dir, "overlay.json"))}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600); err != nil {
		return m, err
	}
	return m, os.WriteFile(filepath.Join(dir, "go.work"), []byte(work), 0o600)
}

// swap finds out which files of the package in dir are macOS' and not this machine's, and copies them to another
// directory under names that every system builds. It returns what is to replace what, as an overlay has it: "" stands
// for nothing.
func swap(dir, to string) (map[string]string, error) {
	mac, here := build.Default, build.Default
	mac.GOOS = "darwin"
	mac.CgoEnabled, here.CgoEnabled = false, false
	macs, err := mac.ImportDir(dir, 0)
	if err != nil {
		return nil, err
	}
	heres, err := here.ImportDir(dir, 0)
	if err != nil {
		return nil, err
	}
	files := make(map[string]string)
	for _, name := range heres.GoFiles {
		if !slices.Contains(macs.GoFiles, name) {
			files[filepath.Join(dir, name)] = ""
		}
	}
	for _, name := range macs.GoFiles {
		if slices.Contains(heres.GoFiles, name) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		free := strings.ReplaceAll(name, "_", "-") // a system's name counts behind an underscore
		files[filepath.Join(dir, free)] = filepath.Join(to, free)
		text = []byte(strings.ReplaceAll(string(text), "//go:build ", "// for "))
		if err := os.WriteFile(filepath.Join(to, free), text, 0o600); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// lookUpSecurity makes go-keyring's file run the program of that name which is first on PATH. (With the path of one in
// it, no build could use what the last one has cached.)
func lookUpSecurity(path string) error {
	const constant = "/usr/bin/security"
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, after, ok := strings.Cut(string(text), strconv.Quote(constant))
	if !ok || strings.Contains(after, constant) {
		return fmt.Errorf("%s does not run %s any more as it did", path, constant)
	}
	return os.WriteFile(path, []byte(before+strconv.Quote(filepath.Base(constant))+after), 0o600)
}

// programs builds the program, security and the test of the contract into bin.
func (m forMac) programs(ctx context.Context, bin string) error {
	const module = "github.com/gitlabjob/docker-credential-gitlabjob"
	if err := kit.GoBuild(ctx, filepath.Join(bin, kit.Program), module+"/cmd/"+kit.Program, m.env...); err != nil {
		return err
	}
	if err := kit.GoBuild(ctx, filepath.Join(bin, "security"), module+"/e2e/fakesecurity", builder...); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-o", filepath.Join(bin, "contract"),
		"-trimpath", "-tags", "keychain,nethttpomithttp2", "-ldflags", "-s -w", "./fakesecurity")
	// As the program is built, so that the cache has most of it already.
	cmd.Env = append(append(slices.Clip(m.env), "CGO_ENABLED=0"), kit.NoGreenTea(ctx)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go test -c ./fakesecurity: %w\n%s", err, out)
	}
	return nil
}
