package system

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// engine is a Docker Engine with a containerd of its own.
type engine struct {
	*process

	dir string
}

// startEngine starts dockerd in dir, without any network but the host's. Loopback registries are insecure ones for it:
// it speaks plain http with them.
func startEngine(ctx context.Context, dir string) (*engine, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	e := &engine{dir: dir}
	cmd := exec.Command("dockerd", "--data-root", filepath.Join(dir, "data"), "--exec-root", filepath.Join(dir, "run"),
		"-H", e.address(), "--pidfile", filepath.Join(dir, "pid"), "--storage-driver=vfs", "--bridge=none",
		"--iptables=false", "--ip6tables=false")
	cmd.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir}
	// What it mounts for its containers vanishes with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	p, err := startProcess(cmd, filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	e.process = p
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", strings.TrimPrefix(e.address(), "unix://"))
		},
		DisableKeepAlives: true,
	}}
	err = p.ready(ctx, func() bool {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://engine/_ping", http.NoBody)
		if err != nil {
			return false
		}
		resp, err := client.Do(req)
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return e, err
}

// address is the engine's, for DOCKER_HOST.
func (e *engine) address() string { return "unix://" + filepath.Join(e.dir, "docker.sock") }

// stop ends dockerd, which ends its containerd. A dockerd that crashed leaves its containerd behind.
func (e *engine) stop() error {
	id, idErr := os.ReadFile(filepath.Join(e.dir, "run", "containerd", "containerd.pid"))
	err := e.process.stop()
	pid, convErr := strconv.Atoi(strings.TrimSpace(string(id)))
	if idErr != nil || convErr != nil {
		return err // it did not come as far as starting one
	}
	line, readErr := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
	if readErr == nil && strings.Contains(string(line), e.dir) {
		err = errors.Join(err, fmt.Errorf("containerd %d has outlived dockerd", pid), syscall.Kill(pid, syscall.SIGKILL))
	}
	return err
}
