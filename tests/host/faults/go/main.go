// Every way in which a guest can fail, an export each.
package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"time"
)

// alive tells a living instance from a dead one.
//
//go:wasmexport alive
func alive() int32 {
	return 42
}

// panics says why, and ends.
//
//go:wasmexport panics
func panics(number int32) {
	panic(fmt.Sprintf("no way %d", number))
}

// traps reads what isn't there; Go looks first, and panics.
//
//go:wasmexport traps
func traps() int32 {
	var nowhere *int32
	return *nowhere
}

// exits ends itself.
//
//go:wasmexport exits
func exits(status int32) {
	os.Exit(int(status))
}

// spins computes for ever.
//
//go:wasmexport spins
func spins() {
	for count := uint32(0); ; count++ {
		kept = count
	}
}

// kept is what the compiler has to leave in.
var kept uint32

// sleeps answers what it was told; the goroutine beside it has a timer that lives on.
//
//go:wasmexport sleeps
func sleeps(milliseconds int32) int32 {
	go func() {
		for range time.Tick(time.Hour) {
		}
	}()
	time.Sleep(time.Duration(milliseconds) * time.Millisecond)
	return milliseconds
}

// deadlocks waits for what never comes, with nothing else to run.
//
//go:wasmexport deadlocks
func deadlocks() {
	<-make(chan int)
}

// reads all there is, and answers how many bytes that were.
//
//go:wasmexport reads
func reads() int32 {
	bytes, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	return int32(len(bytes))
}

// recurses calls itself for ever.
//
//go:wasmexport recurses
func recurses() int32 {
	return down(0)
}

func down(depth int32) int32 {
	block := [16]int32{depth}
	return down(depth+1) + block[depth%16]
}

// hoards takes memory for ever.
//
//go:wasmexport hoards
func hoards() {
	var blocks [][]byte
	for {
		blocks = append(blocks, []byte(strings.Repeat("x", 1<<20)))
	}
}

// prints writes as many lines of 64 bytes, and answers how many.
//
//go:wasmexport prints
func prints(lines int32) int32 {
	line := strings.Repeat("x", 63) + "\n"
	for range lines {
		os.Stdout.WriteString(line)
	}
	return lines
}

// fingerprint is the time and a random number, all in one.
//
//go:wasmexport fingerprint
func fingerprint() int64 {
	return int64(rand.Uint64()) ^ time.Now().UnixNano()
}

// opens is whether it can read a file: one that was given to it, or one beside that, in three ways.
//
//go:wasmexport opens
func opens(which int32) int32 {
	paths := [...]string{"/data/in.txt", "/data/../secret.txt", "/secret.txt", "/data/link"}
	_, err := os.ReadFile(paths[which])
	return yes(err)
}

// creates is whether it can make a file.
//
//go:wasmexport creates
func creates() int32 {
	return yes(os.WriteFile("/data/new.txt", []byte("new"), 0o600))
}

func yes(err error) int32 {
	if err != nil {
		return 0
	}
	return 1
}

func main() {}
