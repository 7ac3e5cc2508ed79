package main

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"
)

// What has taken long is said, and nothing is once that is over.
func TestStepAfter(t *testing.T) {
	for took, want := range map[time.Duration]string{
		time.Millisecond: "", 2 * time.Second: "looking ...\n",
	} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			p := &progress{out: &out}
			end := p.stepAfter(time.Second, "looking")
			time.Sleep(took)
			end()
			time.Sleep(time.Minute)
			if out.String() != want {
				t.Errorf("%v: %q", took, out.String())
			}
		})
	}
	(*progress)(nil).stepAfter(time.Second, "looking")()
}
