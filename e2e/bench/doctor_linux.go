package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

const (
	manyHomes    = 1000
	loginsAHome  = 20
	doctorRuns   = 40 // each takes a tenth of a second
	firstOfTheir = 20_000
)

// doctor measures a look into many homes against reading their config files. The homes are in a mount namespace of this
// thread's, so that nothing on the machine changes.
func (b *benchmark) doctor(ctx context.Context) (row, error) {
	if os.Geteuid() != 0 {
		return row{}, errors.New("doctor: only root looks into other homes")
	}
	type result struct {
		row row
		err error
	}
	done := make(chan result)
	go func() {
		runtime.LockOSThread() // it is never unlocked, so that the thread ends with its namespace
		r, err := b.doctorOfHomes(ctx)
		done <- result{r, err}
	}()
	r := <-done
	return r.row, r.err
}

func (b *benchmark) doctorOfHomes(ctx context.Context) (row, error) {
	if err := b.layHomes(); err != nil {
		return row{}, fmt.Errorf("doctor: %w", err)
	}
	me, err := kit.NewHome(filepath.Join(b.temp, "doctor"), b.bin)
	if err != nil {
		return row{}, err
	}
	reader := filepath.Join(b.bin, "readhomes")
	if err := kit.GoBuild(ctx, reader, module+"/e2e/bench/readhomes"); err != nil {
		return row{}, err
	}
	me.Set("GITLABJOB_KEYRING", "none")
	look := program{path: me.Command(ctx, kit.Program).Path, args: []string{"doctor"}, env: me.Env(), stdin: os.DevNull}
	if err := look.answers(ctx, fmt.Sprintf("looked at %d files", manyHomes)); err != nil {
		return row{}, err
	}
	few := *b
	few.runs = min(b.runs, doctorRuns)
	ours, theirs, err := few.compare(ctx, look, program{path: reader, env: me.Env(), stdin: os.DevNull})
	if err != nil {
		return row{}, err
	}
	return row{
		what:     fmt.Sprintf("doctor, %d homes of %d logins", manyHomes, loginsAHome),
		measured: ms(ours), against: "reading the files " + ms(theirs),
		value: float64(ours) / float64(theirs), most: mostOfReading, format: "%.2fx",
	}, nil
}

// layHomes gives this thread a /home with many users, and an /etc/passwd that knows them.
func (b *benchmark) layHomes() error {
	passwd, err := os.ReadFile("/etc/passwd")
	if err != nil {
		return err
	}
	homes := filepath.Join(b.temp, "homes")
	lines := []string{strings.TrimSpace(string(passwd))}
	for i := range manyHomes {
		uid := firstOfTheir + i
		name := fmt.Sprintf("user%d", i)
		config, err := foreignEntries(loginsAHome)
		if err != nil {
			return err
		}
		dir := filepath.Join(homes, name)
		file := filepath.Join(dir, ".docker", "config.json")
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(config), 0o600),
			os.Chown(dir, uid, uid), os.Chown(filepath.Dir(file), uid, uid), os.Chown(file, uid, uid)); err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("%s:x:%d:%d::/home/%s:/bin/sh", name, uid, uid, name))
	}
	accounts := filepath.Join(b.temp, "passwd")
	if err := os.WriteFile(accounts, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		return err
	}
	if err := unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_FS); err != nil {
		return err
	}
	return errors.Join(unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
		unix.Mount(homes, "/home", "", unix.MS_BIND, ""), unix.Mount(accounts, "/etc/passwd", "", unix.MS_BIND, ""))
}
