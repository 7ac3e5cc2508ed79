package system

import (
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

// prompter is a Secret Service that asks its user about everything that is to be written, as KeePassXC may be set to.
// gnome-keyring does so only where the collection is locked, and then nothing is written at all.
type prompter struct {
	conn *dbus.Conn

	mu      sync.Mutex
	answer  string // of the user: "yes", "no", or "" while there is none
	kept    []byte
	pending []byte
}

const (
	promptPath  = secretsPath + "/prompt/1"
	itemPath    = secretsPath + "/collection/login/1"
	loginPath   = secretsPath + "/collection/login"
	sessionPath = secretsPath + "/session/1"
)

// secret is a secret of the Secret Service API.
type secretStruct struct {
	Session           dbus.ObjectPath
	Parameters, Value []byte
	ContentType       string
}

// newPrompter puts one on a bus.
func newPrompter(t *testing.T, s *session) *prompter {
	t.Helper()
	conn, err := dbus.Connect(s.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	p := &prompter{conn: conn, answer: "yes"}
	for path, methods := range map[dbus.ObjectPath]map[string]map[string]any{
		secretsPath: {
			serviceInterface: {"OpenSession": p.openSession, "SearchItems": p.searchItems, "Unlock": p.unlock},
			properties:       {"Get": p.property},
		},
		loginPath:   {collectionInterface: {"CreateItem": p.createItem, "SearchItems": p.search}, properties: {"Get": p.property}},
		itemPath:    {itemInterface: {"GetSecret": p.getSecret, "Delete": p.remove}},
		promptPath:  {promptInterface: {"Prompt": p.prompt}},
		sessionPath: {"org.freedesktop.Secret.Session": {"Close": func() *dbus.Error { return nil }}},
	} {
		for name, table := range methods {
			if err := conn.ExportMethodTable(table, path, name); err != nil {
				t.Fatal(err)
			}
		}
	}
	if reply, err := conn.RequestName(secretsName, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatal(reply, err)
	}
	return p
}

const properties = "org.freedesktop.DBus.Properties"

// answers is what the user says to each prompt from now on.
func (p *prompter) answers(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = what
}

func (p *prompter) property(_, name string) (dbus.Variant, *dbus.Error) {
	if name == "Locked" {
		return dbus.MakeVariant(false), nil
	}
	return dbus.MakeVariant([]dbus.ObjectPath{loginPath}), nil
}

func (p *prompter) openSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	return dbus.MakeVariant(""), sessionPath, nil
}

func (p *prompter) unlock(which []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	return which, "/", nil
}

func (p *prompter) search(map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil {
		return []dbus.ObjectPath{}, nil
	}
	return []dbus.ObjectPath{itemPath}, nil
}

func (p *prompter) searchItems(of map[string]string) (unlocked, locked []dbus.ObjectPath, err *dbus.Error) {
	unlocked, err = p.search(of)
	return unlocked, []dbus.ObjectPath{}, err
}

func (p *prompter) createItem(_ map[string]dbus.Variant, s secretStruct, _ bool) (item, prompt dbus.ObjectPath, _ *dbus.Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pending = s.Value
	return "/", promptPath, nil
}

func (p *prompter) remove() (dbus.ObjectPath, *dbus.Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pending = nil
	return promptPath, nil
}

func (p *prompter) getSecret(dbus.ObjectPath) (secretStruct, *dbus.Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return secretStruct{Session: sessionPath, Value: p.kept, ContentType: "text/plain"}, nil
}

// prompt asks the user, who answers at once or not at all.
func (p *prompter) prompt(string) *dbus.Error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.answer == "yes" {
		p.kept = p.pending
	}
	if p.answer != "" {
		_ = p.conn.Emit(promptPath, promptInterface+".Completed", p.answer == "no", dbus.MakeVariant(""))
	}
	return nil
}
