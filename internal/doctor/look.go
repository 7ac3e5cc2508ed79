package doctor

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"sync/atomic"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/homes"
)

// Looking is a look at this machine.
type Looking struct {
	Env     []string // of this process
	Getenv  func(string) string
	Root    fs.FS // the machine's "/"
	Me      homes.Account
	Only    string                           // the one user that it is about; "" for all that may be looked at
	Program Program                          // what is known of this program
	Step    func(format string, args ...any) // is told what is being done; nil: nobody waits

	asker   *asker
	configs []runnerText // in the homes that were looked into
}

// ErrNotRoot means that another user's files are root's to look at.
var ErrNotRoot = errors.New("only root looks into another user's home")

// ErrNoUser means that there is no such user, or none with a home.
var ErrNoUser = errors.New("there is no such user with a home on this machine")

// Look gathers what is there: for the user who asks, and for root for every user with a home.
func (l *Looking) Look(ctx context.Context) (Machine, error) {
	l.asker = newAsker(ctx, l.Env)
	m := Machine{Job: credentials.ReadJob(l.Getenv), Program: l.Program}
	if l.Only == "" || l.Only == l.Me.Name {
		m.Users, m.Homes = append(m.Users, l.mine()), 1
	}
	if l.Only != "" && l.Only != l.Me.Name && l.Me.UID != 0 {
		return m, ErrNotRoot
	}
	var others []homes.Account
	if l.Me.UID == 0 {
		var err error
		if others, err = l.others(); err != nil {
			return m, err
		}
	}
	found, opened := l.look(ctx, others)
	m.Users, m.Homes = append(m.Users, found...), m.Homes+opened
	if err := ctx.Err(); err != nil {
		return m, err
	}
	l.runner(ctx, &m, others)
	return m, nil
}

// look looks into homes, several at a time, and returns who has anything that matters there, and how many homes there
// are.
func (l *Looking) look(ctx context.Context, homes []homes.Account) (found []User, opened int) {
	users, texts := make([]*User, len(homes)), make([][]runnerText, len(homes))
	var done atomic.Int64
	each(len(homes), func(int) bool { return false }, func(i int) {
		if ctx.Err() != nil {
			return
		}
		if n := done.Add(1); l.Step != nil && n%100 == 0 {
			l.Step("looked into %d of %d homes", n, len(homes))
		}
		users[i], texts[i] = l.other(homes[i])
	})
	for i, u := range users {
		if u == nil {
			continue
		}
		opened++
		if len(u.Files) > 0 {
			found = append(found, *u)
		}
		l.configs = append(l.configs, texts[i]...)
	}
	return found, opened
}

// others returns whose homes are to be looked into besides the one that HOME points to.
func (l *Looking) others() ([]homes.Account, error) {
	all, err := homes.Accounts(l.Root)
	if err != nil {
		return nil, err
	}
	own := filepath.Clean(l.home())
	all = slices.DeleteFunc(all, func(a homes.Account) bool {
		return filepath.Clean(a.Dir) == own || l.Only != "" && a.Name != l.Only
	})
	if l.Only != "" && l.Only != l.Me.Name && len(all) == 0 {
		return nil, ErrNoUser
	}
	return all, nil
}

// home returns the home directory of who asks: HOME, else the account's.
func (l *Looking) home() string { return cmp.Or(l.Getenv("HOME"), l.Getenv("USERPROFILE"), l.Me.Dir) }

// other looks into another user's home. Nothing that is named there is run, except for what the asking user has in a
// second home. It is nil where there is no home, or not that user's own.
func (l *Looking) other(a homes.Account) (*User, []runnerText) {
	home, err := homes.Open(a)
	if err != nil {
		return l.unopened(a, err), nil
	}
	defer func() { _ = home.Close() }()
	u := User{Name: a.Name, Mine: a.UID == l.Me.UID, home: a.Dir, Places: clients.Places{Helpers: unknown{}}}
	if u.second = u.Mine; u.Mine {
		u.Places.Helpers = newAsker(l.asker.ctx, append(slices.Clone(l.Env), "HOME="+a.Dir))
	}
	in := shelf{dir: home, path: a.Dir, user: &u, room: newRoom()}
	p := &u.Places
	p.Docker = in.take(".docker/config.json", DockerFile)
	p.HomeDocker = p.Docker
	p.DockerCfg = in.take(".dockercfg", BareFile)
	p.ConfigAuth = in.take(".config/containers/auth.json", AuthFile)
	in.snaps()
	u.left = in.leftovers()
	var texts []runnerText
	if text, err := home.Read(runnerInHome, maxFile); err == nil {
		texts = append(texts, runnerText{filepath.Join(a.Dir, runnerInHome), a.Name, text, true, ""})
	} else if !errors.Is(err, fs.ErrNotExist) {
		texts = append(texts, runnerText{filepath.Join(a.Dir, runnerInHome), a.Name, nil, true, err.Error()})
	}
	for _, run := range []struct{ dir, name string }{
		{"/run/user/" + uid(a), "containers/auth.json"}, {"/run/containers/" + uid(a), "auth.json"},
	} {
		if dir, err := homes.Open(homes.Account{Name: a.Name, UID: a.UID, GID: a.GID, Dir: run.dir}); err == nil {
			there := shelf{dir: dir, path: run.dir, user: &u, room: in.room}
			p.RuntimeAuth = cmp.Or(p.RuntimeAuth, there.take(run.name, AuthFile))
			_ = dir.Close()
		}
	}
	p.XDGRuntime = true
	for _, f := range u.Files {
		f.entries() // decoded here, with all of the machine's cores
	}
	return &u, texts
}
