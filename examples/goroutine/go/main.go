// A goroutine in the background: it goes on only while an export runs and waits, and stands
// still between calls, however long the host takes.
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
	// count is how often the goroutine has ticked. Nothing guards it: without threads, one
	// goroutine runs at a time, and changes only where it waits.
	count uint32
	// ticked tells who waits for it of a tick; a tick that nobody waits for is not kept.
	ticked = make(chan struct{})
)

// start begins the ticking, once. It waits for nothing, so the goroutine hasn't run at all
// when it returns.
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

// ticks is how often it has ticked so far. It waits for nothing either: called after a second
// of silence, it answers what it answered before.
//
//go:wasmexport ticks
func ticks() uint32 {
	return count
}

// work waits for as many ticks as fit into the time, and answers ticks. While it waits, Go
// runs what else there is to run. Ticks that were missed between calls are not made up for.
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
