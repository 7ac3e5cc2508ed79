package system

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
)

// lab is what all tests share.
var lab *laboratory

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

// runTests starts the shared parts, runs the tests, ends the parts and then looks for secrets in what they left behind.
func runTests(m *testing.M) (code int) {
	fail := func(doing string, err error) {
		fmt.Fprintf(os.Stderr, "FAIL: %s: %v\n", doing, err)
		code = 1
	}
	if err := missingParts(); err != nil {
		fail("this machine", err)
		return code
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	dir, err := os.MkdirTemp("", "gitlabjob-e2e-")
	if err != nil {
		fail("a directory to work in", err)
		return code
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			fail("removing what was made", err)
		}
	}()
	lab = newLaboratory(dir)
	defer func() {
		if err := lab.stop(); err != nil { // where the parts did not start; else they have been ended already
			fail("ending what was started", err)
		}
	}()
	go func() {
		<-interrupted
		_ = lab.stop() // what tests have started of their own gets its SIGTERM when this process ends
		_ = os.RemoveAll(dir)
		os.Exit(1)
	}()
	if err := lab.start(context.Background()); err != nil {
		fail("starting the parts", err)
		return code
	}
	code = m.Run()
	if err := lab.stop(); err != nil {
		fail("ending what was started", err)
	}
	if err := sweep(lab); err != nil {
		fail("a secret was left behind", err)
	}
	return code
}
