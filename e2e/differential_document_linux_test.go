package e2e

import (
	"slices"
	"strings"
)

// document is a config file as it was thrown together. Its text goes to the disk and to Predict alike.
type document struct {
	members       []member
	bare          bool // the entries of the first member stand alone, as in ~/.dockercfg
	before, after string
}

// member is a member of the document: an object of entries, or else a JSON text.
type member struct {
	name    string
	entries []item
	text    string
}

// item is an entry of auths or credHelpers.
type item struct {
	key   string
	spelt string // the key as it stands in the text, with its quotation marks
	value string
}

func (d *document) text() string {
	var members []string
	for _, m := range d.members {
		text := m.text
		if text == "" {
			text = objectOf(m.entries)
		}
		if d.bare {
			members = []string{text}
			break
		}
		members = append(members, `"`+m.name+`": `+text)
	}
	if d.bare {
		return d.before + strings.Join(members, "") + d.after
	}
	return d.before + "{" + strings.Join(members, ", ") + "}" + d.after
}

func objectOf(entries []item) string {
	var all []string
	for _, e := range entries {
		all = append(all, e.spelt+": "+e.value)
	}
	return "{" + strings.Join(all, ", ") + "}"
}

// without returns the document less what stands at key in the member of that name: whoever mends the file by hand takes
// out all spellings of the member's name, and all that has the same key.
func (d *document) without(name, key string) *document {
	left := *d
	left.members = nil
	for _, m := range d.members {
		if strings.EqualFold(m.name, name) {
			if name == "credsStore" {
				continue
			}
			m.entries = slices.DeleteFunc(slices.Clone(m.entries), func(e item) bool { return e.key == key })
		}
		left.members = append(left.members, m)
	}
	return &left
}
