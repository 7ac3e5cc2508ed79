package inuse

import (
	"errors"
	"runtime"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

var (
	errInUse = errors.New("somebody has it open")
	errOther = errors.New("it is not there")
)

// What Windows itself does is shown under Wine, in e2e/system. The clock of the bubble makes the waits short.
func TestRetry(t *testing.T) {
	for _, c := range []struct {
		name  string
		ends  error // what comes after the first calls, which all say that it is in use
		first int
		slow  time.Duration // how long each call takes
		want  error
		took  time.Duration
	}{
		{"not in use", nil, 0, 0, nil, 0},
		{"another reason", errOther, 0, 0, errOther, 0},
		{"in use for a moment", nil, 3, 0, nil, 3 * glance},
		{"then another reason", errOther, 3, 0, errOther, 3 * glance},
		{"in use for longer than there is patience", nil, 1 << 20, 0, errInUse, patience},
		{"on a busy machine", nil, 1 << 20, patience, errInUse, looks*patience + (looks-1)*glance},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start, calls := time.Now(), 0
				err := retry(func() error {
					time.Sleep(c.slow)
					if calls++; calls <= c.first {
						return errInUse
					}
					return c.ends
				}, func(err error) bool { return errors.Is(err, errInUse) })
				if took := time.Since(start); err != c.want || took != c.took {
					t.Errorf("%v after %v; want %v after %v", err, took, c.want, c.took)
				}
			})
		})
	}
}

// Nobody waits where files are replaced under their readers.
func TestNobodyWaitsElsewhere(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("here somebody may wait")
		return
	}
	calls := 0
	err := Retry(func() error { calls++; return syscall.EACCES })
	if !errors.Is(err, syscall.EACCES) || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
}
