package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/distribution/reference"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// TestDifferentialText: files that somebody has edited with a heavy hand. Each client decodes them in its own way.
func TestDifferentialText(t *testing.T) {
	for _, l := range []library{dockerLibrary(t), buildKitLibrary(t), craneLibrary(t), orasLibrary(t), podmanLibrary()} {
		t.Run(string(l.client), func(t *testing.T) {
			l.world = func(d *dice, dir string) *world {
				w := &world{dir: dir, documents: make(map[string]*document), mangled: true}
				w.documents[homeDocker] = d.mangledJSON(d.aDocument(homeDocker))
				if d.often(20) {
					w.documents[theVariable] = d.mangledJSON(d.aVariable())
				}
				clear(d.spots) // what stood there may stand under another key now
				return w
			}
			differential(t, l)
		})
	}
}

// mangledJSON is mangled that is more often than not JSON all the same.
func (d *dice) mangledJSON(doc *document) *document {
	for range 50 {
		if m := d.mangled(doc); json.Valid([]byte(m.text())) || d.often(2) {
			return m
		}
	}
	return doc
}

// mangled returns the document with a few things wrong with it.
func (d *dice) mangled(doc *document) *document {
	text := doc.text()
	for range 1 + d.IntN(3) {
		at := d.IntN(len(text) + 1)
		if d.often(50) { // between two tokens
			if next := strings.IndexAny(text[at:], `"{}[],:`); next >= 0 {
				at += next
			}
		}
		end := min(len(text), at+d.IntN(8))
		switch d.IntN(5) {
		case 0:
			text = text[:at] + text[end:]
		case 1:
			text = text[:end] + text[at:end] + text[end:]
		case 2:
			text = text[:at] + strings.ToUpper(text[at:end]) + text[end:]
		case 3:
			text = text[:at]
		default:
			text = text[:at] + oneOf(d, tokens...) + text[end:]
		}
	}
	return &document{bare: true, before: text}
}

// tokens are JSON's, and what people and editors put between them.
var tokens = []string{
	`{`, `}`, `[`, `]`, `,`, `:`, `"`, `\`, ` `, "\n", "\x00", "\xff", "\ufeff", "\u00a0", "\u017f", `/**/`, `null`,
	`1e400`, `-0`, `\u0000`, `\ud800`, `\u0061`, `"auths": `, `"auths": {},`, `"credsStore": "all",`, `"a": 5,`,
	`{"auths": {}}`, `[[[[`, `""`, `true`,
}

// TestDifferentialImage: what ParseImage makes of an image's name is what Docker and podman make of it.
func TestDifferentialImage(t *testing.T) {
	seed := aSeed()
	d := newDice(seed)
	t.Logf("seed %d", seed)
	for range *worlds {
		raw := d.anImage()
		if d.often(50) {
			raw = d.mangled(&document{bare: true, before: raw}).text()
		}
		image, err := clients.ParseImage(raw)
		if err == nil && image.Path == "" {
			continue // a registry alone, which these know nothing of
		}
		if named, bad := reference.ParseNormalizedNamed(raw); bad == nil {
			host, path := image.Host, image.Path
			if host == "index.docker.io" {
				host = "docker.io"
			}
			if host == "docker.io" && !strings.Contains(path, "/") {
				path = "library/" + path
			}
			if err != nil || host != reference.Domain(named) || path != reference.Path(named) {
				t.Errorf("%q is %+v, %v; Docker has %s", raw, image, err, named)
			}
		}
	}
}
