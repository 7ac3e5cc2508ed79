package dockerconfig

import (
	"bytes"
	"slices"
	"strings"

	"github.com/tailscale/hujson"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// RemoveEntries takes out the entries of h for which gone returns true. The empty marks that `docker login` leaves are
// not asked about: they go where marks is true, and it reports whether there were any.
func (f *File) RemoveEntries(h credentials.Host, gone func(Entry) bool, marks bool) (marksGone bool) {
	for _, auths := range f.objects(authsMember) {
		f.remove(auths, func(m hujson.ObjectMember) bool {
			key := text(m.Name)
			if host, ok := HostOf(key); !ok || host != h {
				return false
			}
			e, mark := readEntry(key, m.Value)
			if mark {
				marksGone = marksGone || marks
				return marks
			}
			return gone(e)
		})
	}
	return marksGone
}

// RemoveHelpers takes out the members of "credHelpers" for which gone returns true, and "credHelpers" itself where
// nothing is left of it, as Docker writes it. One of several stays, empty: it may hide those before it from somebody.
func (f *File) RemoveHelpers(gone func(Helper) bool) {
	removed := false
	for _, helpers := range f.objects(credHelpersMember) {
		if f.remove(helpers, func(m hujson.ObjectMember) bool {
			return gone(Helper{Key: text(m.Name), Name: text(m.Value)})
		}) {
			removed = true
		}
	}
	if !removed {
		return
	}
	if all := f.objects(credHelpersMember); len(f.named(credHelpersMember)) == 1 && len(all[0].Members) == 0 {
		f.remove(f.object, func(m hujson.ObjectMember) bool { return strings.EqualFold(text(m.Name), credHelpersMember) })
	}
	f.reread()
}

// SetHelper names the helper for the registry that is spelt so, and for no other. Members with that very key get the
// new value wherever they stand. Clients differ in which "credHelpers" they read (see Named); each of them then reads
// one with that key in it, and reads of other registries what it has read before.
func (f *File) SetHelper(spelling, helper string) {
	if f.Named(spelling, helper) {
		return
	}
	f.changed = true
	for _, helpers := range f.objects(credHelpersMember) {
		for i, m := range helpers.Members {
			if text(m.Name) == spelling {
				helpers.Members[i].Value.Value = hujson.String(helper)
			}
		}
	}
	f.name(f.exactHelpers(), spelling, helper)
	if f.reread(); f.members.CredHelpers[spelling] == helper {
		return
	}
	// Behind all that Docker could have read it in stands a null, under another spelling of "credHelpers".
	all := f.named(credHelpersMember)
	null := text(f.object.Members[all[len(all)-1]].Name)
	f.name(f.addObject(null, len(f.object.Members)), spelling, helper)
	f.reread()
}

// exactHelpers returns the last "credHelpers" that is spelt just so. If there is none that is an object, it adds one.
func (f *File) exactHelpers() *hujson.Object {
	all := f.named(credHelpersMember)
	if len(all) == 0 {
		return f.addObject(credHelpersMember, f.placeOfHelpers())
	}
	if i := f.lastExact(); i >= 0 {
		last := &f.object.Members[i].Value
		object, ok := last.Value.(*hujson.Object)
		if !ok && len(f.objects(credHelpersMember)) == 0 { // null, and no other for it to hide
			object, ok = &hujson.Object{}, true
			last.Value = object
		}
		if ok {
			return object
		}
	}
	return f.addObject(credHelpersMember, len(f.object.Members))
}

// addObject adds an empty object to the file, at the place i.
func (f *File) addObject(name string, i int) *hujson.Object {
	object := &hujson.Object{}
	f.style(f.object, 1).insert(f.object, i, name, object)
	return object
}

// name adds a member to helpers, unless it has one with that key: in order, if they are, for Docker writes them so.
func (f *File) name(helpers *hujson.Object, spelling, helper string) {
	keys := make([]string, len(helpers.Members))
	for i, m := range helpers.Members {
		keys[i] = text(m.Name)
	}
	if slices.Contains(keys, spelling) {
		return
	}
	i := len(keys)
	if slices.IsSorted(keys) {
		i, _ = slices.BinarySearch(keys, spelling)
	}
	f.style(helpers, 2).insert(helpers, i, spelling, hujson.String(helper))
}

// remove takes members out of o, each with one comma, and reports whether there were any.
func (f *File) remove(o *hujson.Object, gone func(hujson.ObjectMember) bool) bool {
	before := len(o.Members)
	if before == 0 {
		return false
	}
	front := o.Members[0].Name.BeforeExtra
	o.Members = slices.DeleteFunc(o.Members, gone)
	switch n := len(o.Members); n {
	case before:
		return false
	case 0:
		o.AfterExtra = nil // {} instead of braces on two lines
	default:
		o.Members[0].Name.BeforeExtra = front // {"b": 2} where {"a": 1, "b": 2} was
		// The last one has no comma behind it, which hujson tells by nil; white space before a comma stays where it was.
		last := &o.Members[n-1].Value
		o.AfterExtra = append(bytes.Clone(last.AfterExtra), o.AfterExtra...)
		last.AfterExtra = nil
	}
	f.changed = true
	return true
}
