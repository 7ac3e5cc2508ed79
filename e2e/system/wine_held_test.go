package system

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What Windows lets others do with a file that somebody has open.
const (
	nothing   = 0
	readWrite = 3 // and neither replace nor delete it, which is what Go asks for, and so Docker
)

// A scanner, a backup or another helper may have a file open at the wrong moment. It is waited for, for a moment.
func TestWindowsWaitsForAFileInUse(t *testing.T) {
	const moment = 500 * time.Millisecond
	me := newWindows(t)
	host := newRegistries(t, 1)[0]
	token := lab.token(goodToken())
	me.store(t, host, token).succeeds(t)
	for _, c := range []struct {
		name  string
		file  string
		share int
		stdin string
		args  []string
	}{
		{"get, while nobody may read the catalogue", me.account.CatalogPath(), nothing, host, []string{"get"}},
		{"erase, while the catalogue is read", me.account.CatalogPath(), readWrite, host, []string{"erase"}},
		{"store, while what a killed run has left is scanned", me.account.CatalogPath() + ".new", nothing,
			login(host, token), []string{"store"}},
		{"configure, while nobody may read Docker's file", me.account.ConfigPath(), nothing, "", []string{"configure", host}},
		{"configure, while Docker reads its file", me.account.ConfigPath(), readWrite, "", []string{"configure", "--remove", host}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := os.Stat(c.file); err != nil {
				me.write(t, c.file, "{}")
			}
			release := me.holds(t, c.file, c.share)
			time.AfterFunc(moment, release)
			if o := me.run(t, c.stdin, c.args...).succeeds(t); o.took < moment/2 {
				t.Errorf("it did not wait: %v", o)
			}
		})
	}
}

// A file that stays open is an error, soon, and what was kept before is still kept.
func TestWindowsDoesNotWaitForEver(t *testing.T) {
	me := newWindows(t)
	host := newRegistries(t, 1)[0]
	token, other := lab.token(goodToken()), lab.token(goodToken())
	me.store(t, host, token).succeeds(t)

	release := me.holds(t, me.account.CatalogPath(), readWrite)
	o := me.store(t, host, other).fails(t, `\catalog.json: Access denied.`)
	o.explained(t)
	if o.took > patience { // the program's own is a second, and more on a busy machine
		t.Errorf("it took %v", o.took)
	}
	me.serves(t, host, token)
	release()
	me.store(t, host, other).succeeds(t)
	me.serves(t, host, other)
}

// holds opens a file, as a program of Windows that lets others do what share says, until release is called.
func (w *windows) holds(t *testing.T, file string, share int) (release func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, wineLoader, lab.wine.hold, w.path(t, file), strconv.Itoa(share))
	cmd.Env = lab.wine.environ()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := startProcess(cmd, filepath.Join(newDir(t, lab.dir), "hold.log"))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.ready(ctx, func() bool { return strings.HasPrefix(p.output(), "held") }); err != nil {
		t.Fatal(err)
	}
	return func() {
		_ = stdin.Close()
		<-p.ended
	}
}

// path returns what Windows calls a file on its drive.
func (w *windows) path(t *testing.T, file string) string {
	t.Helper()
	rel, err := filepath.Rel(filepath.Join(lab.wine.prefix, "drive_c"), file)
	if err != nil {
		t.Fatal(err)
	}
	return `C:\` + strings.ReplaceAll(rel, "/", `\`)
}
