package dockerconfig

import (
	"bytes"
	"slices"

	"github.com/tailscale/hujson"
)

// style is how a new member is written, so that it looks like what stands around it.
type style struct {
	before hujson.Extra // in front of a member's name
	colon  hujson.Extra // between the colon and the value
	after  hujson.Extra // behind the last member
}

// style returns how the members of o are written, which is nested depth levels deep. An object that has members is
// continued as they are; an empty one is written as the members of the whole file are, or as Docker writes.
func (f *File) style(o *hujson.Object, depth int) style {
	if n := len(o.Members); n > 0 {
		last := o.Members[n-1]
		before := last.Name.BeforeExtra
		if n == 1 && len(before) == 0 && len(o.AfterExtra) == 0 && len(last.Value.BeforeExtra) > 0 {
			before = hujson.Extra(" ") // {"a": 1}: it would go on with a space
		}
		return style{before: before, colon: last.Value.BeforeExtra, after: o.AfterExtra}
	}
	unit, colon := hujson.Extra("\n\t"), hujson.Extra(" ")
	if len(f.object.Members) > 0 {
		first := f.object.Members[0]
		unit, colon = first.Name.BeforeExtra, first.Value.BeforeExtra
	}
	newline := bytes.LastIndexByte(unit, '\n')
	if newline < 0 {
		return style{colon: colon} // all on one line
	}
	indent := unit[newline+1:]
	line := func(levels int) hujson.Extra {
		return append(bytes.Clone(lineEnd(unit[:newline+1])), bytes.Repeat(indent, levels)...)
	}
	return style{before: line(depth), colon: colon, after: line(depth - 1)}
}

// lineEnd returns the line end that extra, which ends in a newline, ends in.
func lineEnd(extra []byte) []byte {
	if bytes.HasSuffix(extra, []byte("\r\n")) {
		return extra[len(extra)-2:]
	}
	return extra[len(extra)-1:]
}

// insert puts a member into o, at the place i.
func (s style) insert(o *hujson.Object, i int, name string, value hujson.ValueTrimmed) {
	m := hujson.ObjectMember{
		Name:  hujson.Value{BeforeExtra: bytes.Clone(s.before), Value: hujson.String(name)},
		Value: hujson.Value{BeforeExtra: bytes.Clone(s.colon), Value: value},
	}
	switch {
	case len(o.Members) == 0:
		o.AfterExtra = bytes.Clone(s.after)
	case i == 0: // what stands behind the opening brace is not what stands behind a comma
		first := &o.Members[0].Name
		m.Name.BeforeExtra, first.BeforeExtra = first.BeforeExtra, m.Name.BeforeExtra
	}
	o.Members = slices.Insert(o.Members, i, m)
}

// writtenBefore are the members that Docker writes before "credHelpers" (docker/cli cli/config/configfile/file.go).
var writtenBefore = []string{
	authsMember, "HttpHeaders", "psFormat", "imagesFormat", "networksFormat", "pluginsFormat", "volumesFormat",
	"statsFormat", "detachKeys", "credsStore",
}

// placeOfHelpers returns where Docker would write "credHelpers", so that its next `docker login` does not move it.
func (f *File) placeOfHelpers() int {
	for i := len(f.object.Members) - 1; i >= 0; i-- {
		if slices.Contains(writtenBefore, text(f.object.Members[i].Name)) {
			return i + 1
		}
	}
	return len(f.object.Members)
}
