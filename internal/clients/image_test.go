package clients

import (
	"errors"
	"strings"
	"testing"
)

func TestParseImage(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("a", 64)
	for raw, want := range map[string]Image{
		"alpine":                                   {Host: "docker.io", Path: "library/alpine"},
		"alpine:3":                                 {Host: "docker.io", Path: "library/alpine"},
		"debian:12":                                {Host: "docker.io", Path: "library/debian"},
		"group/project":                            {Host: "docker.io", Path: "group/project"},
		"docker.io/alpine":                         {Host: "docker.io", Path: "library/alpine"},
		"index.docker.io/alpine":                   {Host: "index.docker.io", Path: "alpine"},
		"registry.example.com":                     {Host: "registry.example.com"},
		"registry.example.com/":                    {Host: "registry.example.com"},
		"registry.example.com:5050":                {Host: "registry.example.com:5050"},
		"gitlab:5050":                              {Host: "gitlab:5050"},
		"localhost":                                {Host: "localhost"},
		"localhost/app":                            {Host: "localhost", Path: "app"},
		"localhost:5000":                           {Host: "localhost:5000"},
		"gitlab:5050/group/app":                    {Host: "gitlab:5050", Path: "group/app"},
		"registry.example.com/a/b/c:1":             {Host: "registry.example.com", Path: "a/b/c"},
		"registry.example.com:443/a:443":           {Host: "registry.example.com:443", Path: "a"},
		"Registry.example.com/a":                   {Host: "Registry.example.com", Path: "a"},
		"REGISTRY/a":                               {Host: "REGISTRY", Path: "a"}, // no name on Docker Hub has a capital
		"registry.example.com/a" + digest:          {Host: "registry.example.com", Path: "a"},
		"registry.example.com/a:1" + digest:        {Host: "registry.example.com", Path: "a"},
		"[::1]:5000":                               {Host: "[::1]:5000"},
		"registry.example.com/a/":                  {Host: "registry.example.com", Path: "a"},
		"alpine@sha256:" + strings.Repeat("0", 64): {Host: "docker.io", Path: "library/alpine"},
		"[::1]:5000/a":                             {Host: "[::1]:5000", Path: "a"},
	} {
		want.Raw = raw
		if got, err := ParseImage(raw); err != nil || got != want {
			t.Errorf("%s is %+v, %v", raw, got, err)
		}
	}
	for _, raw := range []string{
		"", "/", "/a", "a//b", "https://registry.example.com/a", "registry.example.com/:1",
		"registry.example.com/" + digest, "a b", "me@registry.example.com/a", ":5000", "a\n", "a\x00", "ä", "a?b", strings.Repeat("a", 1025), ":1", "@",
	} {
		if got, err := ParseImage(raw); !errors.Is(err, ErrBadImage) {
			t.Errorf("%q is %+v, %v", raw, got, err)
		}
	}
}

func FuzzParseImage(f *testing.F) {
	for _, raw := range []string{
		"alpine:3", "registry.example.com:5050/a/b:1", "localhost", "[::1]:5000/a@sha256:00", "a//b", "/",
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		image, err := ParseImage(raw)
		if err != nil {
			if !errors.Is(err, ErrBadImage) {
				t.Errorf("%q: %v", raw, err)
			}
			return
		}
		if image.Raw != raw || image.Host == "" || strings.ContainsAny(image.Host, "/@ ") ||
			strings.ContainsAny(image.Path, "@ ") || strings.HasPrefix(image.Path, "/") {
			t.Errorf("%q is %+v", raw, image)
		}
		for _, client := range All() {
			if got := Predict(client, Places{Helpers: theHelpers}, image); got.Source != None {
				t.Errorf("%s has %+v for %q, and there is nothing", client, got, raw)
			}
		}
	})
}
