package joblog

import (
	"bytes"
	"io"
	"runtime"
	"testing"
	"time"
)

// repeated reads size bytes: the same piece of a log again and again.
type repeated struct {
	piece      []byte
	at         int
	size, read int64
	most       uint64 // the most that the heap has held meanwhile
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.read >= r.size {
		return 0, io.EOF
	}
	if r.read>>24 != (r.read-int64(len(p)))>>24 { // every 16 MB; looking stops the world
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		r.most = max(r.most, m.HeapAlloc)
	}
	n := copy(p, r.piece[r.at:])
	r.at = (r.at + n) % len(r.piece)
	r.read += int64(n)
	return n, nil
}

const mega = 1 << 20

// A log of hundreds of megabytes takes no more memory than a small one, and little time.
func TestReadLarge(t *testing.T) {
	ordinary := bytes.Repeat([]byte("2026-01-02T03:04:05.678901Z 01O \x1b[32m[INFO]\x1b[0m compiling module 4711 of the application"+
		" with the usual options, nothing to be seen here\n"), 2000)
	refusing := []byte("2026-01-02T03:04:05.678901Z 01E Error response from daemon: Head \"https://r.example.com/v2/a/manifests/1\": denied: access forbidden\n")
	for name, c := range map[string]struct {
		piece   []byte
		size    int64
		refused bool
	}{
		"ordinary":              {ordinary, 200 * mega, false},
		"refused all along":     {bytes.Repeat(refusing, 500), 20 * mega, true},
		"one line":              {bytes.Repeat([]byte("denied x"), 8000), 100 * mega, false},
		"one line of returns":   {bytes.Repeat([]byte("x 10%\r"), 10000), 20 * mega, false},
		"one line that goes on": {bytes.Repeat([]byte("2026-01-02T03:04:05.678901Z 01O+denied\n"), 1000), 20 * mega, false},
	} {
		t.Run(name, func(t *testing.T) {
			log := &repeated{piece: c.piece, size: c.size}
			runtime.GC()
			var before runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			r, err := Read(log)
			took := time.Since(start)
			if (err == nil) != c.refused || c.refused && r.Image != "r.example.com/a:1" || err != nil && err != ErrNoRefusal {
				t.Errorf("%+v, %v", r, err)
			}
			// The collector lets garbage grow to 4 MB before it looks.
			if grown := int64(log.most) - int64(before.HeapAlloc); grown > 8*mega {
				t.Errorf("the heap grew by %d bytes", grown)
			}
			t.Logf("%d MB in %v", c.size/mega, took)
		})
	}
}
