package doctor

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// BenchmarkHomes is a look at one home of 20 logins that are none of a GitLab's, once it was read.
func BenchmarkHomes(b *testing.B) {
	for _, kind := range []string{"password-abcdefghijklmnop", "glpat-abcdefghijklmnopqrst"} {
		b.Run(kind[:5], func(b *testing.B) {
			var entries []string
			for i := range 20 {
				entries = append(entries, fmt.Sprintf("\t\t%q: {\n\t\t\t\"auth\": \"AUTH(user%d:%s-%d)\"\n\t\t}",
					fmt.Sprintf("registry%d.example.com:50%02d", i, i), i, kind, i))
			}
			text := config("{\n\t\"auths\": {\n" + strings.Join(entries, ",\n") + "\n\t}\n}\n")
			for b.Loop() {
				f := &clients.File{Path: "/home/bob/.docker/config.json", Text: text}
				m := Machine{Users: []User{{
					Name: "bob", Files: []*Place{{File: f, Format: DockerFile}},
					Places: clients.Places{Docker: f, HomeDocker: f, Helpers: unknown{}},
				}}}
				s, err := SubjectsFor(m, nil)
				if err != nil {
					b.Fatal(err)
				}
				Diagnose(m, s, Judge{Now: now})
			}
		})
	}
}
