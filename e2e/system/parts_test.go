package system

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// packages are the Debian packages that the Makefile installs, one a line.
//
//go:embed packages.txt
var packages string

// parts says which Debian package brings which file that the tests need.
var parts = map[string]string{
	// Credential helpers that serve as vaults, and what one of them needs.
	"docker-credential-pass":          "golang-docker-credential-helpers",
	"docker-credential-secretservice": "golang-docker-credential-helpers",
	"gpg":                             "gnupg",
	"pass":                            "pass",

	"/usr/bin/docker":      "docker.io", // the one whose own BuildKit needs no plugin
	"/usr/bin/buildah":     "buildah",
	"/bin/busybox":         "busybox-static",
	"containerd":           "containerd",
	"dbus-daemon":          "dbus-daemon",
	"dbus-launch":          "dbus-x11",
	"docker-registry":      "docker-registry",
	"dockerd":              "docker.io",
	"gnome-keyring-daemon": "gnome-keyring",
	"/bin/keyctl":          "keyutils",
	"runc":                 "runc",
	"/usr/bin/skopeo":      "skopeo",
	"strace":               "strace",
	"tmux":                 "tmux",
	wineLoader:             "wine64",
	wineServer:             "wine64",
	mingw:                  "gcc-mingw-w64-x86-64-win32",
	// The bus must know how to start a Secret Service, so that a test can see that nobody made it do so.
	"/usr/share/dbus-1/services/org.freedesktop.secrets.service": "gnome-keyring",
}

// missingParts says what keeps the tests from running on this machine. A test that cannot run has failed: skipping it
// would look like success.
func missingParts() error {
	if os.Getuid() != 0 {
		return fmt.Errorf("the Docker Engine and these tests run as root, in a container or virtual machine of their own")
	}
	var missing []string
	for part, pkg := range parts {
		if filepath.IsAbs(part) {
			if _, err := os.Stat(part); err == nil {
				continue
			}
		} else if _, err := exec.LookPath(part); err == nil {
			continue
		}
		missing = append(missing, fmt.Sprintf("%s is missing: it is in the Debian package %s", part, pkg))
	}
	if missing == nil {
		return nil
	}
	slices.Sort(missing)
	return fmt.Errorf("%s\n\"make e2e\" installs what is in packages.txt", strings.Join(missing, "\n"))
}

func TestPackagesAreExactlyThoseOfTheParts(t *testing.T) {
	var want []string
	for _, pkg := range parts {
		want = append(want, pkg)
	}
	slices.Sort(want)
	want = slices.Compact(want)
	if got := strings.Fields(packages); !slices.Equal(got, want) {
		t.Errorf("packages.txt lists %q; the tests need %q", got, want)
	}
}
