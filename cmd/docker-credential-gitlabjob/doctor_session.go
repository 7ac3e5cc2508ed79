package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/subprocess"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// program says how clients find this program.
func (d *doctoring) program(ctx context.Context) doctor.Program {
	p := doctor.Program{Mine: version()}
	p.Self, _ = os.Executable() // where it cannot be told, nothing is said of it
	p.OnPath, _ = exec.LookPath(program)
	if p.OnPath == "" {
		return p
	}
	p.Version = d.versionOf(ctx, p.OnPath, p.Self)
	const executable = 0o111
	for _, dir := range filepath.SplitList(doctor.ServicePath) {
		path := filepath.Join(dir, program)
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() || info.Mode()&executable == 0 {
			continue
		}
		p.InSystem = path
		if path != p.OnPath {
			p.SystemVersion = d.versionOf(ctx, path, p.Self)
		}
		break
	}
	return p
}

// versionOf returns what another file than this program says that it is; "" where it says nothing, or is not to be run
// because it may be another user's work.
func (d *doctoring) versionOf(ctx context.Context, path, self string) string {
	found, _ := filepath.EvalSymlinks(path)
	if self, _ = filepath.EvalSymlinks(self); found == self || !subprocess.Trusted(path) {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, promptly)
	defer cancel()
	out, err := subprocess.Output(subprocess.Command(ctx, path, "version"))
	if err != nil {
		return ""
	}
	return oneLine(string(out))
}

// session says what there is to know of this process.
func (d *doctoring) session(ctx context.Context) doctor.Session {
	s := doctor.Session{
		UID:     os.Geteuid(),
		Home:    cmp.Or(d.w.getenv("HOME"), d.me.Dir),
		Bus:     cmp.Or(d.w.getenv("DBUS_SESSION_BUS_ADDRESS"), "none"),
		Vault:   cmp.Or(d.w.getenv("GITLABJOB_KEYRING"), "auto"),
		LostJob: d.w.getenv("SUDO_USER") != "" && d.w.getenv("CI_JOB_TOKEN") == "" && sudoHas("CI_JOB_TOKEN"),
		Clock:   d.clock(),
	}
	switch d.w.getenv("GITLABJOB_KEYRING") {
	case "", "auto", "none":
	default:
		s.Chosen = true
	}
	aboutMe := d.o.user == "" || d.o.user == d.me.Name
	if d.helper.Job.Running() || !aboutMe || d.quiet && !s.Chosen {
		return s // nobody needs it, or reads it
	}
	ctx, cancel := context.WithTimeout(ctx, promptly)
	defer cancel()
	name, err := (&keyring.Keyring{Getenv: d.w.getenv, Trace: d.w.tracer()}).Probe(ctx)
	s.Vault, s.VaultErr = cmp.Or(name, s.Vault), err
	s.VaultFix = chosenVaultFix(err, sessionPartsOf(d.w.root, s.UID))
	return s
}

// errClock means that this machine's clock is not that of others.
var errClock = errors.New("this machine's clock is wrong")

// leeway is how far two clocks may be from each other.
const leeway = 5 * time.Minute

// clock says why this machine's clock cannot be right: GitLab has verified a token, or has issued this job's, at a time
// that is yet to come.
func (d *doctoring) clock() error {
	now := d.w.now().Add(leeway)
	all, _ := d.helper.Keeper.All(context.Background()) // what cannot be read has been told
	for _, k := range all {
		if k.Life.VerifiedAt.After(now) {
			at := k.Life.VerifiedAt.Format(time.RFC3339)
			return fmt.Errorf("%w: it stands before %s, when a token was verified", errClock, at)
		}
	}
	if at, known := d.helper.Job.Issued(); known && at.After(now) {
		return fmt.Errorf("%w: it stands before %s, when this job's token was issued", errClock, at.Format(time.RFC3339))
	}
	return nil
}

// sudoHas reports whether the sudo that has started this process has a variable which it has not handed on. Its value
// is not looked at.
func sudoHas(name string) bool {
	pid := os.Getppid()
	for range 3 { // with a terminal of its own, sudo is two processes
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil {
			return false
		}
		head, tail, ok := bytes.Cut(stat, []byte(") "))
		fields := strings.Fields(string(tail))
		if !ok || len(fields) < 2 || !bytes.HasSuffix(head, []byte("(sudo")) {
			return false
		}
		environ, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
		if err == nil && bytes.Contains(append([]byte{0}, environ...), []byte("\x00"+name+"=")) {
			return true
		}
		if pid, err = strconv.Atoi(fields[1]); err != nil {
			return false
		}
	}
	return false
}
