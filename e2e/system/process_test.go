package system

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// How long to wait for a part to be ready or to end, and how often to look.
const (
	patience = 30 * time.Second
	glance   = 20 * time.Millisecond
)

// process is a program that runs in the background, with its output in a file.
type process struct {
	name  string
	log   string
	cmd   *exec.Cmd
	ended chan struct{} // closed once it has ended
}

// startProcess starts cmd. It gets SIGTERM, or the Pdeathsig that it comes with, from stop, and should this process die
// before it.
func startProcess(cmd *exec.Cmd, log string) (*process, error) {
	out, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = out.Close() }()
	cmd.Stdout, cmd.Stderr = out, out
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	if cmd.SysProcAttr.Pdeathsig == 0 {
		cmd.SysProcAttr.Pdeathsig = syscall.SIGTERM
	}
	p := &process{name: filepath.Base(cmd.Path), log: log, cmd: cmd, ended: make(chan struct{})}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	go func() {
		_ = cmd.Wait() // how it ended is in its log
		close(p.ended)
	}()
	return p, nil
}

// ready waits until is returns true, and fails with the log when the process ends before.
func (p *process) ready(ctx context.Context, is func() bool) error {
	err := poll(ctx, func() (bool, error) {
		select {
		case <-p.ended:
			return false, errors.New("it has ended")
		default:
			return is(), nil
		}
	})
	if err != nil {
		return fmt.Errorf("%s is not ready: %w\n%s", p.name, err, p.output())
	}
	return nil
}

// stop ends the process by its id, and by force if it takes too long. It may be called again.
func (p *process) stop() error {
	_ = p.signal(syscall.SIGCONT) // a stopped process would not hear of its end
	_ = p.signal(p.cmd.SysProcAttr.Pdeathsig)
	select {
	case <-p.ended:
		return nil
	case <-time.After(patience):
	}
	_ = p.signal(syscall.SIGKILL)
	<-p.ended
	return fmt.Errorf("%s had to be killed\n%s", p.name, p.output())
}

func (p *process) signal(s syscall.Signal) error { return p.cmd.Process.Signal(s) }

// output returns the end of the log.
func (p *process) output() string {
	const most = 4 << 10
	data, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(data[max(0, len(data)-most):]))
}

// poll calls done until it returns true or an error, for as long as there is patience.
func poll(ctx context.Context, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for {
		if is, err := done(); is || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// marked returns the processes whose environment has the given entry ("NAME=value"), and their command lines. Children
// inherit it, so that it finds what a program left behind, whatever that is called.
func marked(entry string) (map[int]string, error) {
	environs, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		return nil, err
	}
	found := make(map[int]string)
	for _, path := range environs {
		environ, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(append([]byte{0}, environ...), []byte("\x00"+entry+"\x00")) {
			continue // it has ended meanwhile
		}
		dir := filepath.Dir(path)
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			return nil, err
		}
		words, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		found[pid] = strings.ReplaceAll(string(words), "\x00", " ")
	}
	return found, nil
}
