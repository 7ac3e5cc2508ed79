package doctor

import (
	"os/exec"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// TestQuoted: whatever a file is called, a shell reads what was meant.
func TestQuoted(t *testing.T) {
	for _, text := range []string{
		"plain", "", "two words", "it's", "$(touch x)", "a\nb", "tab\t'quote' \\ $HOME", "-rf", "~", "größe", "[::1]:5050", "\x1b[31m",
	} {
		out, err := exec.Command("bash", "-c", "printf %s "+Quoted(text)).Output()
		if err != nil || string(out) != text {
			t.Errorf("%q as %s: %q, %v", text, Quoted(text), out, err)
		}
	}
}

// TestRegistryOf: only what an image can be named after is a registry, and doctor takes the word for it back.
func TestRegistryOf(t *testing.T) {
	for key, want := range map[string]string{
		"registry.example.com": "registry.example.com", "https://Registry.example.com/v2/": "registry.example.com",
		"localhost": "localhost", "gitlab:50": "gitlab:50/", "gitlab:5050/group": "gitlab:5050", "[::1]:50": "[::1]:50",
		"https://gitlab:443": "gitlab/", "gitlab": "", "https://gitlab/v1/": "", "glpat-aaaaaaaaaaaaaaaaaaaa": "",
		"glpat-aaaaaaaaaaaaaaaaaaaa.example.com": "", "a b": "",
	} {
		h, ok := registryOf(key)
		if ok != (want != "") {
			t.Errorf("%s: %v, %t", key, h, ok)
			continue
		}
		if !ok {
			continue
		}
		image, err := clients.ParseImage(asWord(h))
		if asWord(h) != want || err != nil {
			t.Errorf("%s: %s, %v", key, asWord(h), err)
		}
		if again, err := credentials.ParseHost(image.Host); err != nil || again != h {
			t.Errorf("%s: %v, %v", key, again, err)
		}
	}
}
