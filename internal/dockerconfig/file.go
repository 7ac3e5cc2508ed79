package dockerconfig

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/tailscale/hujson"
)

// The members of the file that matter here (docker/cli cli/config/configfile/file.go).
const (
	authsMember       = "auths"
	credHelpersMember = "credHelpers"
)

// fresh is what an absent or empty file is edited as. Docker itself writes "auths" even when it is empty, so that its
// next `docker login` and `docker logout` leave the file as it was.
const fresh = "{\n\t\"auths\": {}\n}"

// File is the text of a Docker config file, ready to be edited. Parse makes one.
type File struct {
	root    hujson.Value
	object  *hujson.Object // what root holds
	members members        // as Docker decodes them
	changed bool
	isNew   bool
	bare    bool // entries stand in the file itself, without an "auths" around them
}

// members are the members that matter, decoded into the types that Docker has for them.
type members struct {
	Auths       map[string]authEntry `json:"auths"`
	CredHelpers map[string]string    `json:"credHelpers"`
	CredsStore  string               `json:"credsStore"`
}

// Parse reads the text of a config file. An empty text is an empty object, as it is for Docker. It returns a
// *SyntaxError for what Docker would not load: bad JSON, a byte order mark, "auths" that is no object of objects.
func Parse(text []byte) (*File, error) { return parse(text, false) }

// ParseBare reads the text of a file like ~/.dockercfg, whose members are what "auths" holds elsewhere. Podman and its
// kin still read it. Its errors are those of Parse.
func ParseBare(text []byte) (*File, error) { return parse(text, true) }

func parse(text []byte, bare bool) (*File, error) {
	f := &File{isNew: blank(text), bare: bare}
	if f.isNew {
		text = []byte(fresh)
		if bare {
			text = []byte("{}")
		}
	}
	if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
		return nil, &SyntaxError{Line: 1, Column: 1, Reason: "it starts with a byte order mark, which JSON does not have"}
	}
	var err error
	if bare {
		err = decode(text, &f.members.Auths)
	} else {
		err = decode(text, &f.members)
	}
	if err != nil {
		return nil, err
	}
	if f.root, err = hujson.Parse(text); err != nil {
		return nil, &SyntaxError{Line: 1, Column: 1, Reason: err.Error()} // encoding/json has let it through
	}
	object, ok := f.root.Value.(*hujson.Object)
	if !ok {
		return nil, &SyntaxError{Line: 1, Column: 1, Reason: notAnObject}
	}
	f.object = object
	return f, nil
}

// blank reports whether text is nothing to JSON.
func blank(text []byte) bool { return len(bytes.Trim(text, " \t\r\n")) == 0 }

// reread brings up to date which helpers Docker would decode, after an edit: null resets what was read before it, an
// object is read on top of that, and of a helper that is null nothing is left.
func (f *File) reread() {
	f.members.CredHelpers = nil
	for _, i := range f.named(credHelpersMember) {
		object, ok := f.object.Members[i].Value.Value.(*hujson.Object)
		if !ok {
			f.members.CredHelpers = nil
			continue
		}
		if f.members.CredHelpers == nil {
			f.members.CredHelpers = make(map[string]string)
		}
		for _, m := range object.Members {
			f.members.CredHelpers[text(m.Name)] = text(m.Value)
		}
	}
}

// Changed reports whether an edit has changed anything.
func (f *File) Changed() bool { return f.changed }

// Bytes returns the text: the very bytes that were parsed where nothing was edited.
func (f *File) Bytes() []byte {
	if f.isNew && !f.changed {
		return nil
	}
	return f.root.Pack()
}

// named returns the places of the members that encoding/json takes for name, in order.
func (f *File) named(name string) []int {
	var found []int
	for i := range f.object.Members {
		if strings.EqualFold(text(f.object.Members[i].Name), name) {
			found = append(found, i)
		}
	}
	return found
}

// objects returns the objects under those members.
func (f *File) objects(name string) []*hujson.Object {
	if f.bare {
		if name != authsMember {
			return nil
		}
		return []*hujson.Object{f.object}
	}
	var found []*hujson.Object
	for _, i := range f.named(name) {
		if o, ok := f.object.Members[i].Value.Value.(*hujson.Object); ok {
			found = append(found, o)
		}
	}
	return found
}

// text decodes a JSON string as encoding/json does, and returns "" for anything else.
func text(v hujson.Value) string {
	literal, ok := v.Value.(hujson.Literal)
	if !ok || literal.Kind() != '"' {
		return ""
	}
	if inner := literal[1 : len(literal)-1]; plain(inner) {
		return string(inner)
	}
	var s string
	if json.Unmarshal(literal, &s) != nil {
		return ""
	}
	return s
}

// plain reports whether the inside of a string literal stands for itself.
func plain(inner []byte) bool {
	for _, c := range inner {
		if c == '\\' || c >= 0x80 {
			return false
		}
	}
	return true
}
