package clients

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// twentyEntries is the config.json of somebody who has logged in to 20 registries.
func twentyEntries() []byte {
	var entries []string
	for i := range 20 {
		auth := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "user%d:glpat-abcdefghijklmnopqr%02d", i, i))
		entry := fmt.Sprintf("\t\t\"registry%d.example.com:50%02d\": {\n\t\t\t\"auth\": %q\n\t\t}", i, i, auth)
		entries = append(entries, entry)
	}
	return []byte("{\n\t\"auths\": {\n" + strings.Join(entries, ",\n") +
		"\n\t},\n\t\"credHelpers\": {\n\t\t\"registry.gitlab.com\": \"gitlabjob\"\n\t}\n}\n")
}

// placesOf has the text everywhere.
func placesOf(text []byte) Places {
	file := func(path string) *File { return &File{Path: path, Text: text} }
	p := Places{
		Docker: file("/home/bob/.docker/config.json"), RuntimeAuth: file("/run/containers/1000/auth.json"),
		ConfigAuth: file("/home/bob/.config/containers/auth.json"), Helpers: tableHelpers{"gitlabjob": {}},
	}
	p.HomeDocker = p.Docker
	return p
}

// BenchmarkPredict is one answer for each client: out of a file that has been decoded already, and with its decoding.
func BenchmarkPredict(b *testing.B) {
	text := twentyEntries()
	image, err := ParseImage("registry7.example.com:5007/group/project/app:1.0")
	if err != nil {
		b.Fatal(err)
	}
	for _, client := range All() {
		b.Run("again/"+string(client), func(b *testing.B) {
			p := placesOf(text)
			for b.Loop() {
				Predict(client, p, image)
			}
		})
		b.Run("first/"+string(client), func(b *testing.B) {
			for b.Loop() {
				Predict(client, placesOf(text), image)
			}
		})
	}
}

// BenchmarkDecode is what there is to do once for a file, for each family of clients that looks into it.
func BenchmarkDecode(b *testing.B) {
	text := twentyEntries()
	for name, decode := range map[string]func(*File) *config{
		"docker": (*File).docker, "oras": (*File).oras, "containers": func(f *File) *config { return f.containers(false) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				decode(&File{Text: text})
			}
		})
	}
}

// BenchmarkRead is what to measure that with: the reading of the same file.
func BenchmarkRead(b *testing.B) {
	path := filepath.Join(b.TempDir(), "config.json")
	if err := os.WriteFile(path, twentyEntries(), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := os.ReadFile(path); err != nil {
			b.Fatal(err)
		}
	}
}
