// Panic messages: the host reports the author's text, however Go's runtime formats it.
//
// BUILD: plain
// CALLS: crash(0) = 0
// PANICS: crash(1) = "no way"
// PANICS: crash(2) = "no way"
// PANICS: crash(3) = "second"
// PANICS: crash(4) = "after first"
// PANICS: crash(5) = "one\ntwo"
// PANICS: crash(6) = "an error\n\nof three lines"
// PANICS: crash(7) = "third"
// PANICS: crash(8) = "after a piece"
// PANICS: crash(9) = "runtime error: invalid memory address or nil pointer dereference"
// PANICS: crash(10) = "in a goroutine"
// PANICS: crash(11) = "fatal error: no goroutines (main called runtime.Goexit) - deadlock!"
// QUOTES: crash(12) = "fatal words"
// QUOTES: crash(13) = "went on"
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"runtime"
)

//go:wasmexport crash
func crash(which int32) int32 {
	switch which {
	case 1:
		panic("no way")
	case 2: // recovered, and panicked again with the same value
		defer func() { panic(recover()) }()
		panic("no way")
	case 3: // while panicking
		defer func() { panic("second") }()
		panic("first")
	case 4: // recovered, and panicked with another
		defer func() { panic(fmt.Sprint("after ", recover())) }()
		panic("first")
	case 5:
		panic("one\ntwo")
	case 6:
		panic(errors.New("an error\n\nof three lines"))
	case 7:
		defer func() {
			defer func() { panic("third") }()
			panic("second")
		}()
		panic("first\nof two lines")
	case 8:
		fmt.Fprint(os.Stderr, "working… ")
		panic("after a piece")
	case 9:
		var nowhere *int32
		return *nowhere
	case 10:
		go func() { panic("in a goroutine") }()
		<-make(chan int)
	case 11:
		runtime.Goexit()
	case 12:
		log.Fatal("fatal words")
	case 13:
		fmt.Fprintln(os.Stderr, "panic: caught")
		fmt.Println("went on")
		os.Exit(2)
	}
	return 0
}

func main() {}
