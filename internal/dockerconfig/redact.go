package dockerconfig

import (
	"encoding/json"
	"strings"

	"github.com/tailscale/hujson"
)

const redacted = "[redacted]"

// Redacted returns the text of a config file with nothing in it that could be a secret: every string and number is
// hidden but the names of members and of helpers, since headers, proxies and plugins may carry passwords as well. A
// text that is not JSON becomes one mark.
func Redacted(config []byte) []byte {
	if blank(config) {
		return config
	}
	// hujson takes comments as well, which may say anything, and nests as deep as the stack is.
	if !json.Valid(config) {
		return []byte(redacted)
	}
	root, err := hujson.Parse(config)
	if err != nil {
		return []byte(redacted)
	}
	hide(&root, func(path []string) bool {
		isIt := func(depth int, name string) bool { return len(path) == depth && strings.EqualFold(path[0], name) }
		return isIt(1, "credsStore") || isIt(2, credHelpersMember)
	})
	return root.Pack()
}

// hide replaces every string and number in v, and what may be secret in the names of members. The strings for which
// keep returns true stay; it is given the names of the members that they are in.
func hide(v *hujson.Value, keep func(path []string) bool, path ...string) {
	switch value := v.Value.(type) {
	case hujson.Literal:
		kind := value.Kind()
		if kind == '0' || kind == '"' && len(value) > len(`""`) && !keep(path) {
			v.Value = hujson.String(redacted)
		}
	case *hujson.Object:
		for i := range value.Members {
			m := &value.Members[i]
			name := text(m.Name)
			if shown := Shown(name); shown != name {
				m.Name.Value = hujson.String(shown)
			}
			hide(&m.Value, keep, append(path, name)...)
		}
	case *hujson.Array:
		for i := range value.Elements {
			hide(&value.Elements[i], keep, append(path, "")...)
		}
	}
}
