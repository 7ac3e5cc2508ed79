package keyring

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/natefinch/atomic"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/readfile"
)

// The index is what "list" has to know of a large catalogue: decoding a thousand entries would take it four times as
// long as all else (doc/design.md). It is a copy that belongs to one content of the catalogue, by its checksum;
// without it, or with another's, the catalogue itself is decoded.
const (
	indexFile   = "catalog.index"
	indexWorth  = 32 << 10 // bytes of a catalogue, about 60 entries, from which on there is one
	indexFields = 4
)

// served returns what List has to know of the catalogue in dir.
func served(dir string) ([]credentials.Served, error) {
	if index, err := readfile.Regular(filepath.Join(dir, indexFile), maxCatalog); err == nil {
		sum := crc32.New(castagnoli())
		size, err := readfile.Pass(filepath.Join(dir, catalogFile), maxCatalog, sum)
		if all, ok := parseIndex(string(index), checksum(sum.Sum32(), size)); err == nil && ok {
			return all, nil
		}
	}
	c, err := readCatalog(dir)
	if err != nil {
		return nil, err
	}
	kept, err := c.kept()
	all := make([]credentials.Served, 0, len(kept))
	for _, k := range kept {
		all = append(all, k.Served())
	}
	return all, err
}

// writeIndex writes the index of a catalogue that was written just now. It is not missed where it cannot be written.
func writeIndex(dir string, text []byte, c catalog) error {
	path := filepath.Join(dir, indexFile)
	if len(text) < indexWorth {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	kept, err := c.kept()
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(checksum(crc32.Checksum(text, castagnoli()), int64(len(text))) + "\n")
	for _, k := range kept {
		s := k.Served()
		_, _ = fmt.Fprintf(&b, "%s\t%s\t%d\t%d\n", s.Host, s.Username, seconds(s.Span.Seen), seconds(s.Span.Until))
	}
	staged, err := stage(dir, indexFile+".new")
	if err != nil {
		return err
	}
	_, err = staged.WriteString(b.String())
	if err = errors.Join(err, staged.Close()); err != nil {
		return err
	}
	return atomic.ReplaceFile(staged.Name(), path)
}

// parseIndex reads an index that was made for the catalogue with that checksum.
func parseIndex(index, checksum string) ([]credentials.Served, bool) {
	sum, rest, ok := strings.Cut(index, "\n")
	if !ok || sum != checksum {
		return nil, false
	}
	all := make([]credentials.Served, 0, strings.Count(rest, "\n"))
	for line := range strings.Lines(rest) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != indexFields || fields[1] == "" {
			return nil, false
		}
		host, err := credentials.ParseHost(fields[0])
		seen, seenErr := strconv.ParseInt(fields[2], 10, 64)
		until, untilErr := strconv.ParseInt(fields[3], 10, 64)
		if err != nil || seenErr != nil || untilErr != nil {
			return nil, false
		}
		all = append(all, credentials.Served{
			Host: host, Username: fields[1], Span: credentials.Span{Seen: instant(seen), Until: instant(until)},
		})
	}
	return all, true
}

// castagnoli is a checksum that processors know of by themselves. It is made when it is needed, and not at every start.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

func checksum(sum uint32, size int64) string { return fmt.Sprintf("%08x %d", sum, size) }

// seconds and instant write an instant in seconds, the zero one as 0.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func instant(s int64) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}
