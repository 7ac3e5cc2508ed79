package joblog

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"
)

// Whatever a log has in it, what comes out is short, printable and without a token, and the same in whatever pieces the
// log was read.
func FuzzRead(f *testing.F) {
	logs, err := filepath.Glob("testdata/*.log")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range logs {
		log, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(log)
	}
	f.Add([]byte("Running with gitlab-runner 1.1glpat-abc\nAuthenticating with credentials from x\x1b[0mglpat-abc\n" +
		"ERROR: Job failed: Error response from daemon: unauthorized: glp\x00at-abc https://a:b@c glcbt-eyJhbGciOi.x.y\n"))
	f.Add([]byte("Pulling docker image r.example.com/glpat-abc ...\r$ docker push glpat-abc\ndenied: access forbidden"))
	f.Add([]byte("$ docker login -p \"hunter2 pw\" r.example.com\nerror: denied: {\\\"auth\\\":\\\"dTpo\\\"} Authorization:[Basic dTpodW50ZXI=] " +
		"?password=a&token=b 64_abcdefghij012345678- --creds u:x\n"))
	token := regexp.MustCompile(`(?i)gl(pat|dt|cbt|rt|oas|ptt|ft)-[a-z0-9_]`)
	f.Fuzz(func(t *testing.T, log []byte) {
		r, err := Read(bytes.NewReader(log))
		again, againErr := Read(iotest.OneByteReader(bytes.NewReader(log)))
		if r != again || err != againErr {
			t.Fatalf("%+v, %v; byte by byte %+v, %v", r, err, again, againErr)
		}
		if err != nil {
			if err != ErrNoRefusal || r != (Refusal{}) {
				t.Fatalf("%+v, %v", r, err)
			}
			return
		}
		for _, text := range []string{r.Image, r.Word, r.Source, r.Runner} {
			if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Fatalf("%q is not to be shown", text)
			}
			if token.MatchString(text) {
				t.Fatalf("%q has a token in it", text)
			}
		}
		const inImages = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_/:@[]"
		if strings.Trim(r.Image, inImages) != "" || len(r.Image) > mostImage {
			t.Fatalf("%q is no image", r.Image)
		}
		if r.Word == "" || len(r.Word) > mostWord || len(r.Source) > mostWord || len(r.Runner) > 64 {
			t.Fatalf("%+v has nothing or too much", r)
		}
		if !slices.Contains([]string{"", runner, docker, podman, crane, buildkit}, r.Client) {
			t.Fatalf("%q is no client", r.Client)
		}
	})
}
