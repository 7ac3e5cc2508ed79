package dockerconfig

import (
	"slices"
	"strings"

	"github.com/tailscale/hujson"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// Helper is one member of "credHelpers".
type Helper struct {
	Key  string // as it is spelt in the file, without JSON's escapes
	Name string // "gitlabjob" for docker-credential-gitlabjob; "" for plaintext, as Docker reads it
}

// HelperFor returns the name of the helper that Docker asks for the registry that is spelt so, exactly: of several
// members the last one counts, and without one the "credsStore". It is "" where Docker looks into "auths".
func (f *File) HelperFor(spelling string) string {
	if name, ok := f.members.CredHelpers[spelling]; ok {
		return name
	}
	return f.members.CredsStore
}

// Named reports whether that helper is asked for the registry that is spelt so, by all that read the file. Docker reads
// every "credHelpers" in any letter case, each on top of those before it; oras-go and others read only the last one
// that is spelt just so.
func (f *File) Named(spelling, helper string) bool {
	i := f.lastExact()
	if i < 0 || f.members.CredHelpers[spelling] != helper {
		return false
	}
	last, _ := f.object.Members[i].Value.Value.(*hujson.Object)
	if last == nil {
		return false
	}
	for _, m := range slices.Backward(last.Members) {
		if text(m.Name) == spelling {
			return text(m.Value) == helper
		}
	}
	return false
}

// lastExact returns the place of the last "credHelpers" that is spelt just so, or -1.
func (f *File) lastExact() int {
	for i, m := range slices.Backward(f.object.Members) {
		if text(m.Name) == credHelpersMember {
			return i
		}
	}
	return -1
}

// CredsStore returns the helper that Docker asks for all registries that "credHelpers" does not name; "" for none.
func (f *File) CredsStore() string { return f.members.CredsStore }

// Helpers returns the members of "credHelpers" that are about h under any spelling, in the order of the file.
func (f *File) Helpers(h credentials.Host) []Helper {
	var found []Helper
	for _, helper := range f.AllHelpers() {
		if host, ok := HostOf(helper.Key); ok && host == h {
			found = append(found, helper)
		}
	}
	return found
}

// AllHelpers returns every member of "credHelpers", in the order of the file.
func (f *File) AllHelpers() []Helper {
	var found []Helper
	for _, helpers := range f.objects(credHelpersMember) {
		for _, m := range helpers.Members {
			found = append(found, Helper{Key: text(m.Name), Name: text(m.Value)})
		}
	}
	return found
}

// Others returns the keys under which the file has a credential, or another helper than the named one, for any registry
// that is not among the hosts.
func (f *File) Others(helper string, hosts ...credentials.Host) []string {
	about := func(key string) bool {
		host, ok := HostOf(key)
		return ok && slices.Contains(hosts, host)
	}
	var found []string
	for _, auths := range f.objects(authsMember) {
		for _, m := range auths.Members {
			key := text(m.Name)
			if e, mark := readEntry(key, m.Value); !mark && !about(key) {
				found = append(found, e.Key)
			}
		}
	}
	for _, h := range f.AllHelpers() {
		if h.Name != "" && !strings.EqualFold(h.Name, helper) && !about(h.Key) {
			found = append(found, Shown(h.Key))
		}
	}
	return found
}
