package system

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// What stands in for Windows. Debian's own names for the two, in the package wine, only lead to them.
const (
	wineLoader = "/usr/lib/wine/wine64"
	wineServer = "/usr/lib/wine/wineserver64"
	mingw      = "x86_64-w64-mingw32-gcc-win32"
)

// wine is a Windows of the tests' own: a drive C with a registry, and the server that all programs on it share. It has
// one user, whom Wine names after the one that runs it. It is made while the other tests run.
type wine struct {
	dir     string
	prefix  string // where the drive and the registry are
	bin     string // on PATH, with the helper as it is built for Windows, and another one
	program string // the helper
	hold    string // testdata/hold.c

	cancel context.CancelFunc // gives up making it
	ready  chan struct{}      // closed when it is made, or has failed
	err    error              // why it is not there; like the others, to be read once it is ready
	made   time.Time
	server *process
}

// startWine begins to make a Windows in dir.
func startWine(ctx context.Context, dir string) *wine {
	ctx, cancel := context.WithCancel(ctx)
	bin := filepath.Join(dir, "bin")
	w := &wine{
		dir: dir, prefix: filepath.Join(dir, "prefix"), bin: bin, program: filepath.Join(bin, kit.Program+".exe"),
		hold: filepath.Join(dir, "hold.exe"), cancel: cancel, ready: make(chan struct{}),
	}
	go func() {
		defer close(w.ready)
		if w.err = w.make(ctx); w.err != nil {
			w.err = fmt.Errorf("Windows under Wine: %w", w.err)
		}
	}()
	return w
}

// make starts the server, has Wine set up the drive as it does for everybody, and builds what the tests run there.
func (w *wine) make(ctx context.Context) error {
	if err := os.MkdirAll(w.prefix, 0o700); err != nil {
		return err
	}
	// The server runs in the foreground, so that it is ours to end, and stays when the last program has ended: starting
	// Windows takes a second. SIGINT, which "wineserver -k" sends too, makes it end what runs on it.
	server := exec.Command(wineServer, "--foreground", "--persistent")
	server.Env = w.environ()
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT}
	var err error
	if w.server, err = startProcess(server, filepath.Join(w.dir, "server.log")); err != nil {
		return err
	}
	if err := w.do(ctx, wineLoader, "wineboot.exe", "--init"); err != nil {
		return err
	}
	system32 := filepath.Join(w.prefix, "drive_c", "windows", "system32")
	random := filepath.Join(system32, "bcryptprimitives.dll")
	for _, args := range [][]string{
		{"-shared", "-nostdlib", "-o", random, filepath.Join("testdata", "bcryptprimitives.c"), "-ladvapi32", "-Wl,-e,0"},
		{"-o", w.hold, filepath.Join("testdata", "hold.c")},
	} {
		if err := w.do(ctx, mingw, append([]string{"-O1", "-Wall", "-Wextra", "-Werror"}, args...)...); err != nil {
			return err
		}
	}
	w.made = time.Now()
	return w.build(ctx)
}

// build builds the helper as it is released, and another one.
func (w *wine) build(ctx context.Context) error {
	const module = "github.com/gitlabjob/docker-credential-gitlabjob"
	env := append(kit.NoGreenTea(ctx), "GOOS=windows", "GOARCH=amd64")
	for to, pkg := range map[string]string{
		w.program:                              module + "/cmd/" + kit.Program,
		filepath.Join(w.bin, kit.Vault+".exe"): module + "/e2e/testvault",
	} {
		if err := kit.GoBuild(ctx, to, pkg, env...); err != nil {
			return err
		}
	}
	return nil
}

// do runs a program that prepares something. What it says goes to a file, since Windows' services hold that open.
func (w *wine) do(ctx context.Context, name string, args ...string) error {
	log, err := os.Create(filepath.Join(w.dir, filepath.Base(name)+".log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = w.environ(), log, log
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, said)
	}
	return nil
}

func (w *wine) environ() []string {
	env := []string{"HOME=" + w.dir, "PATH=" + os.Getenv("PATH")}
	for name, value := range w.variables() {
		env = append(env, name+"="+value)
	}
	return env
}

// variables are what Wine goes by. It needs no .NET and no browser (mscoree, mshtml), which it would offer to download;
// no entries in a desktop's menu, and no desktop.
func (w *wine) variables() map[string]string {
	return map[string]string{
		"WINEPREFIX": w.prefix, "WINEDEBUG": "-all",
		"WINEPATH":         "Z:" + strings.ReplaceAll(w.bin, "/", `\`),
		"WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe,explorer.exe=",
	}
}

// stop ends the server, and it what runs on it.
func (w *wine) stop() error {
	w.cancel()
	<-w.ready
	if w.server == nil {
		return nil
	}
	return w.server.stop()
}

// brought reports whether a file came with Windows, before there was any secret, and nobody has written it since: more
// than half a gigabyte that nobody has to look through.
func (w *wine) brought(path string, d fs.DirEntry) (bool, error) {
	if w == nil || !strings.HasPrefix(path, w.prefix) {
		return false, nil
	}
	info, err := d.Info()
	return err == nil && info.ModTime().Before(w.made), err
}
