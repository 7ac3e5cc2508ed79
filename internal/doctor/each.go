package doctor

import (
	"runtime"
	"sync"
)

// each does something for every number below n: for those that are first on their own, in order, and then for the rest
// with all of the machine's cores.
func each(n int, first func(int) bool, do func(int)) {
	var rest []int
	for i := range n {
		if first(i) {
			do(i)
		} else {
			rest = append(rest, i)
		}
	}
	const share = 8 // a goroutine takes so many at a time, so that few of them cost no goroutine
	var wait sync.WaitGroup
	next := make(chan []int)
	for range min(runtime.GOMAXPROCS(0), len(rest)/share) {
		wait.Go(func() {
			for some := range next {
				for _, i := range some {
					do(i)
				}
			}
		})
	}
	if len(rest) < share {
		for _, i := range rest {
			do(i)
		}
		rest = nil
	}
	for len(rest) > 0 {
		some := rest[:min(share, len(rest))]
		rest = rest[len(some):]
		next <- some
	}
	close(next)
	wait.Wait()
}
