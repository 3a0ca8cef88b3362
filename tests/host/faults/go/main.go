// The plugin faults in Go: an export for each way in which a guest can fail, and for each situation
// of the rules B001 to B014.
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

// alive returns 42: it shows that the instance is not poisoned.
//
//go:wasmexport alive
func alive() int32 {
	return 42
}

// panics panics with a message.
//
//go:wasmexport panics
func panics(number int32) {
	panic(fmt.Sprintf("no way %d", number))
}

// traps dereferences nil; Go checks for nil first, and panics.
//
//go:wasmexport traps
func traps() int32 {
	var nowhere *int32
	return *nowhere
}

// exits exits with the given status.
//
//go:wasmexport exits
func exits(status int32) {
	os.Exit(int(status))
}

// spins runs a loop without end.
//
//go:wasmexport spins
func spins() {
	for count := uint32(0); ; count++ {
		kept = count
	}
}

// kept keeps the compiler from removing the loop in spins.
var kept uint32

// sleeps sleeps that long and returns its argument. The timer of its goroutine stays active after
// the call.
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

// deadlocks receives from a channel to which nothing sends, while no other goroutine can run.
//
//go:wasmexport deadlocks
func deadlocks() {
	<-make(chan int)
}

// reads reads standard input to its end and returns the number of bytes.
//
//go:wasmexport reads
func reads() int32 {
	bytes, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	return int32(len(bytes))
}

// recurses recurses without end.
//
//go:wasmexport recurses
func recurses() int32 {
	return down(0)
}

func down(depth int32) int32 {
	block := [16]int32{depth}
	return down(depth+1) + block[depth%16]
}

// descends recurses to the given depth and returns it.
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

// hoards allocates memory without end.
//
//go:wasmexport hoards
func hoards() {
	var blocks [][]byte
	for {
		blocks = append(blocks, []byte(strings.Repeat("x", 1<<20)))
	}
}

// prints writes that many lines of 64 bytes to stdout and returns their number.
//
//go:wasmexport prints
func prints(lines int32) int32 {
	line := strings.Repeat("x", 63) + "\n"
	for range lines {
		os.Stdout.WriteString(line)
	}
	return lines
}

// fingerprint returns the time and a random number, combined by XOR.
//
//go:wasmexport fingerprint
func fingerprint() int64 {
	return int64(rand.Uint64()) ^ time.Now().UnixNano()
}

// opens returns whether the guest can read a file: 0 is in the granted directory; 1 to 3 lead to a
// file outside of it, by `..`, by an absolute path and by a symbolic link.
//
//go:wasmexport opens
func opens(which int32) int32 {
	paths := [...]string{"/data/in.txt", "/data/../secret.txt", "/secret.txt", "/data/link"}
	_, err := os.ReadFile(paths[which])
	return yes(err)
}

// finds returns the first byte of the file at the path with that number; -1 if there is no such
// file.
//
//go:wasmexport finds
func finds(which int32) int32 {
	paths := [...]string{
		"in.txt", "./in.txt", "/in.txt", "/data/in.txt", "data/in.txt", "/more/in.txt",
		"/dataset.txt", "dataset.txt", "/moreset.txt", "../in.txt", "/../in.txt",
		"/data/../in.txt", "/data/none/../in.txt", "/data/link", "/data/set.txt/",
	}
	bytes, err := os.ReadFile(paths[which])
	if err != nil || len(bytes) == 0 {
		return -1
	}
	return int32(bytes[0])
}

// creates returns whether the guest can create a file.
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

// asks makes the host call an export of this guest re-entrantly, by its number in the host's list
// (CALLED).
//
//go:wasmexport asks
func asks(which, value int32) int32 {
	return hostCall(which, value)
}

// nests nests calls guest → host → guest to the given depth and returns it.
//
//go:wasmexport nests
func nests(depth int32) int32 {
	if depth == 0 {
		return 0
	}
	return hostCall(0, depth-1) + 1
}

// recurses_wide recurses without end, with frames of 64 KiB.
//
//go:wasmexport recurses_wide
func recursesWide() int32 {
	return downWide(0)
}

func downWide(depth int32) int32 {
	block := [16 << 10]int32{depth}
	return downWide(depth+1) + block[depth%16]
}

// recurses_filled recurses without end, with frames of 512 bytes that are filled at once.
//
//go:wasmexport recurses_filled
func recursesFilled() int32 {
	return downFilled(0)
}

func downFilled(depth int32) int32 {
	block := bytes.Repeat([]byte{byte(depth)}, 512)
	kept := [512]byte(block)
	return downFilled(depth+1) + int32(kept[depth%16])
}

// prints_a_piece writes a line without its end.
//
//go:wasmexport prints_a_piece
func printsAPiece() {
	fmt.Print("x")
}

// began returns how often init has run.
//
//go:wasmexport began
func began() int32 {
	return begun
}

var begun int32

func init() {
	begun++
}

// lends returns a buffer: its address in the high half, its length in the low half.
//
//go:wasmexport lends
func lends() int64 {
	buffer := bytes.Repeat([]byte{0x5a}, 64)
	return int64(uintptr(unsafe.Pointer(&buffer[0])))<<32 | int64(len(buffer))
}

// says returns a string through the guest package.
//
//go:wasmexport says
func says(number int32) guest.Text {
	return guest.Return(fmt.Sprint("text ", number))
}

// churns collects garbage, then allocates other buffers and fills them, which overwrites freed
// memory.
//
//go:wasmexport churns
func churns() {
	runtime.GC()
	for range 20_000 {
		churned = append(churned, bytes.Repeat([]byte{0xff}, 64))
	}
}

var churned [][]byte

// counts starts a goroutine that adds 1 to counted each time it runs.
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

// counted returns the goroutine's count, without letting the goroutine run.
//
//go:wasmexport counted
func countedNow() int32 {
	return counted
}

// counted_so_far yields to the goroutine, then returns the goroutine's count.
//
//go:wasmexport counted_so_far
func countedSoFar() int32 {
	runtime.Gosched()
	return counted
}

var counted int32

func main() {}
