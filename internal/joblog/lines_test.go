package joblog

import (
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

func allLines(t *testing.T, log string) []string {
	t.Helper()
	var all []string
	if err := eachLine(strings.NewReader(log), func(line []byte) { all = append(all, string(line)) }); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEachLine(t *testing.T) {
	const at = "2026-01-02T03:04:05.678901Z "
	long := strings.Repeat("x", longest)
	for name, c := range map[string]struct {
		log  string
		want []string
	}{
		"nothing":               {"", nil},
		"lines":                 {"a\n\nb", []string{"a", "b"}},
		"CRLF":                  {"a\r\nb\r\n", []string{"a", "b"}},
		"a section":             {"section_start:1:x\r\x1b[0Ka\n", []string{"section_start:1:x", "a"}},
		"colours":               {"\x1b[31;1mERR\x1b[0;mOR\x1b[0K: a\x1b[0m", []string{"ERROR: a"}},
		"a link":                {"\x1b]8;;https://example.com\x1b\\a\x1b]8;;\ab", []string{"ab"}},
		"short escapes":         {"\x1b(Ba\x1b7b\x1b", []string{"ab"}},
		"escapes' ends":         {"\x1b[1@a\x1b[2~b\x1b/0c\x1b(0d\x1b\ae\x1b fg", []string{"abcdeg"}},
		"escapes cut off":       {"a\x1b[31\nb\x1b]0;x\nc\x1b", []string{"a", "b", "c"}},
		"stamps":                {at + "00O a\n" + at + "01E b\n", []string{"a", "b"}},
		"stamps' limits":        {"0000-00-00T00:00:00.000000Z 0fE a\n9999-99-99T99:99:99.999999Z a9O b\n", []string{"a", "b"}},
		"no stamps":             {at + "0gO a\n" + at + "O0O b\n/" + at[1:] + "00O c", []string{at + "0gO a", at + "O0O b", "/" + at[1:] + "00O c"}},
		"an empty stamped line": {at + "00O \n" + at + "00O a\n", []string{"a"}},
		"goes on":               {at + "00O a\n" + at + "00O+b\n" + at + "00O+c\n" + at + "00O d", []string{"abc", "d"}},
		"goes on from nothing":  {at + "00O+a", []string{"a"}},
		"goes on after a mark":  {at + "00O section_end:1:x\r\x1b[0K\n" + at + "00O+a\n", []string{"section_end:1:x", "a"}},
		"colours that go on":    {at + "00O a\x1b[3\n" + at + "00O+1mb\n", []string{"ab"}},
		"no stamp":              {at + "00X a\n" + at[:9] + "\n", []string{at + "00X a", at[:9]}},
		"one stamp of two":      {at + "00O " + at + "00O a", []string{at + "00O a"}},
		"too long":              {long + "y\nz", []string{long, "z"}},
		"much too long":         {strings.Repeat(long, 9) + "y\nz", []string{long, "z"}},
		"long in pieces":        {strings.Repeat(long[:longest-1]+"\r", 9) + "z", append(slices.Repeat([]string{long[:longest-1]}, 9), "z")},
		"goes on too long":      {at + "00O " + long[1:] + "\n" + at + "00O+ab\nz", []string{long[1:] + "a", "z"}},
		"NULs":                  {"a\x00b\x00\n\x00", []string{"ab"}},
	} {
		if got := allLines(t, c.log); !slices.Equal(got, c.want) {
			t.Errorf("%s: %.200q; want %.200q", name, got, c.want)
		}
	}
}

// In whatever pieces a log arrives, and where the buffer's end falls, it is the same.
func TestEachLineInPieces(t *testing.T) {
	for size := chunk - 40; size < chunk+3; size++ {
		log := strings.Repeat("x", size) + "\n2026-01-02T03:04:05.678901Z 00O a\r\nb\n"
		var got []string
		err := eachLine(iotest.HalfReader(strings.NewReader(log)), func(line []byte) { got = append(got, string(line)) })
		if err != nil || !slices.Equal(got, []string{strings.Repeat("x", longest), "a", "b"}) {
			t.Fatalf("%d: %.80q, %v", size, got, err)
		}
	}
}

// PowerShell writes what a command prints as UTF-16.
func TestReadUTF16(t *testing.T) {
	log := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune("Running with gitlab-runner 18.2.0 (abc)\r\n\x1b[31mdenied: access forbidden\r\n")) {
		log = append(log, byte(unit), byte(unit>>8))
	}
	got, err := Read(strings.NewReader(string(log)))
	if want := (Refusal{Word: "denied: access forbidden", Runner: "18.2.0", Client: docker}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}
