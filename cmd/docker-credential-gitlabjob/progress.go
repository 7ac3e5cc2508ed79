package main

import (
	"io"
	"sync"
	"time"
)

// progress shows on stderr what is being waited for: on a terminal in one line that moves and vanishes at the end, else
// as plain lines. A library for it would bring its own colours and terminals to every start of the program.
type progress struct {
	out    io.Writer
	moving bool

	mu    sync.Mutex
	doing string
	stop  chan struct{}
	done  chan struct{}
}

const (
	tick      = 100 * time.Millisecond
	clearLine = "\r\x1b[K"
)

// newProgress returns what shows progress, or nil where nothing shall be shown, which is a progress as well.
func (v voice) newProgress() *progress {
	if v.quiet {
		return nil
	}
	return &progress{out: v.w.stderr, moving: v.w.colours(v.w.stderr)} // who wants no colours wants plain text
}

// step says what is being done now.
func (p *progress) step(doing string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.show(doing)
}

// stepAfter says what is being done once that has taken a while, and returns what ends the wait: after that it is not
// said any more.
func (p *progress) stepAfter(while time.Duration, doing string) (end func()) {
	if p == nil {
		return func() {}
	}
	over := false
	timer := time.AfterFunc(while, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if !over { // a timer that is stopped may have fired already
			p.show(doing)
		}
	})
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		over = true
		timer.Stop()
	}
}

// show is step for who holds the lock.
func (p *progress) show(doing string) {
	doing = oneLine(doing)
	if !p.moving {
		_, _ = io.WriteString(p.out, doing+" ...\n")
		return
	}
	p.doing = doing
	if p.stop == nil {
		p.stop, p.done = make(chan struct{}), make(chan struct{})
		go p.turn(p.stop, p.done)
	}
}

// end clears the line. What the program says after it stands where the line was.
func (p *progress) end() {
	if p == nil {
		return
	}
	p.mu.Lock()
	stop, done := p.stop, p.done
	p.stop, p.done = nil, nil
	p.mu.Unlock()
	if stop != nil {
		close(stop)
		<-done
	}
}

// turn draws until it is stopped.
func (p *progress) turn(stop, done chan struct{}) {
	defer close(done)
	frames := []string{"|", "/", "-", `\`}
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for i := 0; ; i++ {
		p.mu.Lock()
		_, _ = io.WriteString(p.out, clearLine+frames[i%len(frames)]+" "+p.doing)
		p.mu.Unlock()
		select {
		case <-ticker.C:
		case <-stop:
			_, _ = io.WriteString(p.out, clearLine)
			return
		}
	}
}
