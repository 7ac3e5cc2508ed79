package keyring

import (
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// large returns a catalogue that is worth an index, with each kind of life in it.
func large(t *testing.T) catalog {
	t.Helper()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	lives := []credentials.Life{
		{Expiry: credentials.ExpiryNever, StoredAt: at},
		{Expiry: credentials.ExpiryKnown, ExpiresAt: at.AddDate(0, 1, 0), StoredAt: at, VerifiedAt: at.Add(time.Hour)},
		{Expiry: credentials.ExpiryUnknown, StoredAt: at},
		{Expiry: credentials.ExpiryNever, Verdict: credentials.VerdictRevoked, StoredAt: at},
	}
	c := catalog{Version: catalogVersion, Tokens: map[string]entry{}}
	for i := range 300 {
		e := entry{Username: fmt.Sprintf("user %d", i), Vault: "os", ID: "id", Life: lives[i%len(lives)]}
		if i == 8 {
			e.Rotation = credentials.Rotation{ID: "next", Since: at}
		}
		c.Tokens[fmt.Sprintf("registry%d.example.com:5050", i)] = e
	}
	return c
}

// The index says the same as the catalogue that it was made of, and nothing of any other.
func TestIndex(t *testing.T) {
	dir := t.TempDir()
	keep := func(c catalog) {
		t.Helper()
		err := changeCatalog(dir, update{
			change: func(now catalog) error {
				clear(now.Tokens)
				for host, e := range c.Tokens {
					now.Tokens[host] = e
				}
				return nil
			}, undo: func() {}, done: func() {},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	list := func() []credentials.Served {
		t.Helper()
		all, err := served(dir)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	index := filepath.Join(dir, indexFile)

	keep(large(t))
	with := list()
	text, err := os.ReadFile(filepath.Join(dir, catalogFile))
	if err != nil {
		t.Fatal(err)
	}
	sum := func(text []byte) string { return checksum(crc32.Checksum(text, castagnoli()), int64(len(text))) }
	made, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	if _, used := parseIndex(string(made), sum(text)); !used || len(with) != 300 {
		t.Fatalf("the index is not used, or tells of %d hosts", len(with))
	}
	if err := os.Remove(index); err != nil {
		t.Fatal(err)
	}
	if without := list(); !reflect.DeepEqual(with, without) {
		t.Errorf("with the index:\n%v\nwithout:\n%v", with, without)
	}

	// The catalogue was changed by somebody who knows of no index.
	if err := os.WriteFile(index, made, 0o600); err != nil {
		t.Fatal(err)
	}
	changed := append([]byte(" "), text...)
	if err := os.WriteFile(filepath.Join(dir, catalogFile), changed, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, used := parseIndex(string(made), sum(changed)); used {
		t.Error("the index of another catalogue is used")
	}
	if got := list(); !reflect.DeepEqual(got, with) {
		t.Error("the catalogue itself tells something else")
	}

	// A small one has none.
	small := large(t)
	for host := range small.Tokens {
		if len(small.Tokens) > 3 {
			delete(small.Tokens, host)
		}
	}
	keep(small)
	if _, err := os.Stat(index); err == nil || len(list()) != 3 {
		t.Errorf("there is an index still: %v", err)
	}
}

func FuzzParseIndex(f *testing.F) {
	const sum = "0badcafe 11"
	f.Add("registry.example.com\talice\t0\t1767225600\n")
	f.Add("registry.example.com\talice\t\n")
	f.Fuzz(func(t *testing.T, lines string) {
		all, ok := parseIndex(sum+"\n"+lines, sum)
		for _, s := range all {
			if s.Host.IsZero() || s.Username == "" {
				t.Errorf("%q: %+v", lines, s)
			}
		}
		if _, used := parseIndex("x"+sum+"\n"+lines, sum); used && ok {
			t.Error("a checksum that is wrong")
		}
	})
}
