package kit

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// Program is the helper's file name.
const Program = "docker-credential-gitlabjob"

// Vault is the file name of the vault that tests use (package testvault).
const Vault = "docker-credential-testvault"

const module = "github.com/gitlabjob/docker-credential-gitlabjob"

// Build builds the helper into dir as a release is built, and the vault that tests use.
func Build(ctx context.Context, dir string) error {
	if err := GoBuild(ctx, filepath.Join(dir, Program), module+"/cmd/"+Program); err != nil {
		return err
	}
	return GoBuild(ctx, filepath.Join(dir, Vault), module+"/e2e/testvault")
}

// GoBuild builds one static, stripped program. A program of the helper's own module is built in that module, with the
// dependencies that its users get, and not with those of the tests. env, as in "GOOS=linux", goes before the
// environment's own.
func GoBuild(ctx context.Context, to, pkg string, env ...string) error {
	if runtime.GOOS == "windows" && len(env) == 0 {
		to += ".exe"
	}
	gomod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return fmt.Errorf("go env GOMOD: %w", err)
	}
	dir := filepath.Dir(string(bytes.TrimSpace(gomod)))
	if pkg == module+"/cmd/"+Program {
		dir = filepath.Dir(dir)
		env = append(env, NoGreenTea(ctx)...)
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-o", to, // as the Makefile builds
		"-buildvcs=auto", "-trimpath", "-tags", "nethttpomithttp2", "-ldflags", "-s -w",
		"-gcflags", module+"/internal/...=-l", "-gcflags", "github.com/pelletier/...=-l", pkg)
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// NoGreenTea is the one choice of the Makefile that not every toolchain knows. Programs that are built with and without
// it have nothing compiled in common.
func NoGreenTea(ctx context.Context) []string {
	const choice = "GOEXPERIMENT=nogreenteagc"
	cmd := exec.CommandContext(ctx, "go", "env", "GOVERSION")
	cmd.Env = append(os.Environ(), choice)
	if cmd.Run() != nil {
		return nil
	}
	return []string{choice}
}
