package joblog

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

const (
	longest = 16 << 10 // bytes of a line that are looked at; a kubelet's longest message has about 2,000
	chunk   = 64 << 10 // bytes that are read at once
)

// eachLine calls do with every line of a log, without its end, its time stamp and what steers a terminal, and with at
// most longest bytes; do may not keep it. A carriage return ends a line too: it parts GitLab's section marks from the
// text after them, and a progress bar from its next state. NULs are dropped, which makes UTF-16, PowerShell's habit,
// readable.
func eachLine(r io.Reader, do func(line []byte)) error {
	var line []byte
	end := func() {
		if line = plain(line); len(line) > 0 {
			do(line)
		}
		line = line[:0]
	}
	from := bufio.NewReaderSize(r, chunk)
	for atStart := true; ; {
		part, err := from.ReadSlice('\n')
		next := bytes.HasSuffix(part, []byte("\n"))
		part = bytes.TrimSuffix(part, []byte("\n"))
		if bytes.IndexByte(part, 0) >= 0 {
			part = bytes.ReplaceAll(part, []byte{0}, nil)
		}
		if atStart {
			text, goesOn := unstamped(part)
			if part = text; !goesOn {
				end()
			}
		}
		for more := true; more; {
			var piece []byte
			piece, part, more = bytes.Cut(part, []byte("\r"))
			line = append(line, piece[:min(len(piece), longest-len(line))]...)
			if more {
				end()
			}
		}
		if atStart = next; err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			end()
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// stamp is the form of what gitlab-runner puts before each line: the time, the stream's number, O for stdout or E for
// stderr, and "+" where the line goes on with what the one before has begun. 0 stands for a digit, x for a hexadecimal
// one (runner:common/buildlogger/internal/timestamper/timestamper.go).
const stamp = "0000-00-00T00:00:00.000000Z xxO "

// unstamped returns a line without its stamp, and whether it goes on with the one before.
func unstamped(line []byte) (text []byte, goesOn bool) {
	if len(line) < len(stamp) {
		return line, false
	}
	for i := range len(stamp) - 1 {
		if !fits(line[i], stamp[i]) {
			return line, false
		}
	}
	last := line[len(stamp)-1]
	if last != ' ' && last != '+' {
		return line, false
	}
	return line[len(stamp):], last == '+'
}

// fits reports whether a byte is one that the form of a stamp has in its place.
func fits(got, form byte) bool {
	switch form {
	case '0':
		return '0' <= got && got <= '9'
	case 'x':
		return '0' <= got && got <= '9' || 'a' <= got && got <= 'f'
	case 'O':
		return got == 'O' || got == 'E'
	}
	return got == form
}

// plain takes the escape sequences of terminals out of a line, in place (ECMA-48: control sequences, strings such as
// links and titles, and the short ones).
func plain(line []byte) []byte {
	const escape = 0x1b
	at := bytes.IndexByte(line, escape)
	if at < 0 {
		return line
	}
	kept, rest := line[:at], line[at:]
	for len(rest) > 0 {
		if rest[0] != escape {
			next := bytes.IndexByte(rest, escape)
			if next < 0 {
				next = len(rest)
			}
			kept, rest = append(kept, rest[:next]...), rest[next:]
			continue
		}
		rest = rest[1:]
		switch {
		case bytes.HasPrefix(rest, []byte("[")):
			rest = after(rest[1:], func(b byte) bool { return '@' <= b && b <= '~' })
		case bytes.HasPrefix(rest, []byte("]")): // it ends with BEL, or with ESC and a backslash
			rest = after(rest[1:], func(b byte) bool { return b == '\a' || b == '\\' })
		default:
			rest = after(rest, func(b byte) bool { return b < ' ' || '/' < b })
		}
	}
	return kept
}

// after returns what comes after the first byte that is an end.
func after(text []byte, isEnd func(byte) bool) []byte {
	if i := bytes.IndexFunc(text, func(r rune) bool { return r < 0x80 && isEnd(byte(r)) }); i >= 0 {
		return text[i+1:]
	}
	return nil
}
