//go:build unix

package homes

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The names that are looked for in each home, of which most homes have the first alone.
var names = []string{
	".docker/config.json", ".dockercfg", ".config/containers/auth.json", "snap/docker/1/.docker/config.json",
	".gitlab-runner/config.toml",
}

func manyHomes(b *testing.B) []Account {
	b.Helper()
	dir := b.TempDir()
	text := strings.Repeat(`"registry.example.com": {"auth": "dXNlcjpwYXNzd29yZA=="}, `, 20)
	var all []Account
	for i := range 1000 {
		a := Account{UID: os.Getuid(), Dir: fmt.Sprintf("%s/%d", dir, i)}
		if err := os.MkdirAll(a.Dir+"/.docker", 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(a.Dir+"/.docker/config.json", []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
		all = append(all, a)
	}
	return all
}

func BenchmarkHomes(b *testing.B) {
	all := manyHomes(b)
	for b.Loop() {
		for _, a := range all {
			d, err := Open(a)
			if err != nil {
				b.Fatal(err)
			}
			for _, name := range names {
				_, _ = d.Read(name, most)
			}
			_ = d.Close()
		}
	}
}

func BenchmarkPlainReads(b *testing.B) {
	all := manyHomes(b)
	for b.Loop() {
		for _, a := range all {
			if _, err := os.ReadFile(a.Dir + "/" + names[0]); err != nil {
				b.Fatal(err)
			}
		}
	}
}
