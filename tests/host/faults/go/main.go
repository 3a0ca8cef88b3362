// Every way in which a guest can fail, an export each.
package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"time"
	"unsafe"

	"polyreactor.example/guest"
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

// descends calls itself so deep, and answers how deep that was.
//
//go:wasmexport descends
func descends(depth int32) int32 {
	return descend(depth)
}

//go:noinline
func descend(depth int32) int32 {
	if depth == 0 {
		return 0
	}
	return descend(depth-1) + 1
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

// finds is the first byte of the file at a path, of those in a list; -1 where none is found.
//
//go:wasmexport finds
func finds(which int32) int32 {
	paths := [...]string{"in.txt", "./in.txt", "/in.txt", "/data/in.txt", "data/in.txt", "/more/in.txt"}
	bytes, err := os.ReadFile(paths[which])
	if err != nil || len(bytes) == 0 {
		return -1
	}
	return int32(bytes[0])
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

//go:wasmimport host call
func hostCall(which, value int32) int32

// asks has the host call an export of this guest's, by its number in a list that the host has,
// while it waits.
//
//go:wasmexport asks
func asks(which, value int32) int32 {
	return hostCall(which, value)
}

// nests goes into the host and comes back, so deep; it answers how deep that was.
//
//go:wasmexport nests
func nests(depth int32) int32 {
	if depth == 0 {
		return 0
	}
	return hostCall(0, depth-1) + 1
}

// recurses_wide calls itself for ever, and takes much room each time.
//
//go:wasmexport recurses_wide
func recursesWide() int32 {
	return downWide(0)
}

func downWide(depth int32) int32 {
	block := [16 << 10]int32{depth}
	return downWide(depth+1) + block[depth%16]
}

// prints_a_piece writes a piece of a line.
//
//go:wasmexport prints_a_piece
func printsAPiece() {
	fmt.Print("x")
}

// began is how often what runs before everything else has run.
//
//go:wasmexport began
func began() int32 {
	return begun
}

var begun int32

func init() {
	begun++
}

// lends a buffer: its address in the high half, its length in the low one.
//
//go:wasmexport lends
func lends() int64 {
	buffer := bytes.Repeat([]byte{0x5a}, 64)
	return int64(uintptr(unsafe.Pointer(&buffer[0])))<<32 | int64(len(buffer))
}

// says answers a text, as the package passes it.
//
//go:wasmexport says
func says(number int32) guest.Text {
	return guest.Return(fmt.Sprint("text ", number))
}

// churns takes other buffers, and fills them.
//
//go:wasmexport churns
func churns() {
	runtime.GC()
	for range 20_000 {
		churned = append(churned, bytes.Repeat([]byte{0xff}, 64))
	}
}

var churned [][]byte

// counts sets a goroutine to count, a step each time it gets to run.
//
//go:wasmexport counts
func counts() {
	go func() {
		for {
			counted++
			runtime.Gosched()
		}
	}()
}

// counted is how far the goroutine has come, without letting it run.
//
//go:wasmexport counted
func countedNow() int32 {
	return counted
}

// counted_so_far lets the goroutine run a little, and answers how far it has come.
//
//go:wasmexport counted_so_far
func countedSoFar() int32 {
	runtime.Gosched()
	return counted
}

var counted int32

func main() {}
