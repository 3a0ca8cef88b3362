// A goroutine in the background: it makes progress only while an export runs and blocks, and
// stands still between calls, however long the host takes.
package main

import (
	"sync"
	"time"
)

const tick = 10 * time.Millisecond

var (
	begin sync.Once
	// begun is whether start was called.
	begun bool
	// count is how often the goroutine has ticked. It needs no lock: Go for Wasm has one thread,
	// and this code switches goroutines only where one blocks.
	count uint32
	// ticked signals each tick to work; a tick for which work does not wait is dropped.
	ticked = make(chan struct{})
)

// start starts the goroutine; later calls do nothing. start does not block, so the goroutine has
// not run at all when start returns.
//
//go:wasmexport start
func start() {
	begin.Do(func() {
		begun = true
		go func() {
			for {
				time.Sleep(tick)
				count++
				select {
				case ticked <- struct{}{}:
				default:
				}
			}
		}()
	})
}

// ticks returns how often the goroutine has ticked so far. It does not block either: called
// again a second later, it returns the same number.
//
//go:wasmexport ticks
func ticks() uint32 {
	return count
}

// work waits for as many ticks as fit into the given time, and returns the number of all ticks.
// While work blocks, Go's scheduler runs the other goroutines. Ticks that were missed between
// calls are not made up for.
//
//go:wasmexport work
func work(milliseconds uint32) uint32 {
	if !begun {
		panic("work was called before start: there would be nothing to wait for")
	}
	for range milliseconds / uint32(tick.Milliseconds()) {
		<-ticked
	}
	return count
}

func main() {}
