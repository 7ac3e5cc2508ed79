package keyringtest

import (
	"context"
	"sync"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// Memory is a vault in memory that can be made to fail. The zero Memory is ready and empty.
type Memory struct {
	Label   string // its name; "" means "memory"
	Fail    error  // what every call returns; wrapped as a real vault does
	Dismiss bool   // Set claims success and writes nothing, as a Secret Service does whose prompt was dismissed
	Garble  bool   // Set cuts the record short

	mu      sync.Mutex
	records map[string]credentials.Secret
	calls   int
}

var _ keyring.Vault = (*Memory)(nil)

// Calls returns how many calls the vault has had.
func (m *Memory) Calls() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.calls
}

// Lose forgets every record, as a vault does that does not outlive a reboot.
func (m *Memory) Lose() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records = nil
}

// Name implements keyring.Vault.
func (m *Memory) Name() string {
	if m.Label == "" {
		return "memory"
	}
	return m.Label
}

// Ready implements keyring.Vault.
func (m *Memory) Ready(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.enter(ctx)
}

// Get implements keyring.Vault.
func (m *Memory) Get(ctx context.Context, key string) (credentials.Secret, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter(ctx); err != nil {
		return credentials.Secret{}, err
	}
	record, ok := m.records[key]
	if !ok {
		return credentials.Secret{}, keyring.ErrNoRecord
	}
	return record, nil
}

// Set implements keyring.Vault.
func (m *Memory) Set(ctx context.Context, key string, record credentials.Secret) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter(ctx); err != nil || m.Dismiss {
		return err
	}
	if m.Garble {
		record = credentials.NewSecret(record.Reveal()[:len(record.Reveal())/2])
	}
	if m.records == nil {
		m.records = make(map[string]credentials.Secret)
	}
	m.records[key] = record
	return nil
}

// Delete implements keyring.Vault.
func (m *Memory) Delete(ctx context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter(ctx); err != nil {
		return err
	}
	if _, ok := m.records[key]; !ok {
		return keyring.ErrNoRecord
	}
	delete(m.records, key)
	return nil
}

// enter counts the call and fails it where it must.
func (m *Memory) enter(ctx context.Context) error {
	m.calls++
	if err := ctx.Err(); err != nil {
		return &keyring.VaultError{Vault: m.Name(), Err: err}
	}
	if m.Fail != nil {
		return &keyring.VaultError{Vault: m.Name(), Err: m.Fail}
	}
	return nil
}
