// The guest whose standard error go-*.txt records: `crash` is called with each number in a new instance.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"runtime"
)

type named string
type pair struct{ a, b int }
type fails struct{}

func (fails) Error() string { panic("in Error") }

//go:wasmexport crash
func crash(which int32) {
	switch which {
	case 0:
		panic("no way")
	case 1: // recover and panic again with the same value
		defer func() { r := recover(); panic(r) }()
		panic("no way")
	case 2: // panic while panicking
		defer func() { panic("second") }()
		panic("first")
	case 3:
		panic("one\ntwo")
	case 4: // recover, then panic with another
		defer func() { r := recover(); panic(fmt.Sprint("after ", r)) }()
		panic("first")
	case 5:
		panic(errors.New("an error\nof two lines"))
	case 6:
		panic(named("a\nname"))
	case 7:
		panic(pair{1, 2})
	case 8:
		panic(fails{})
	case 9:
		var p *int
		*p = 1
	case 10:
		s := []int{1}
		_ = s[which]
	case 11:
		panic(nil)
	case 12:
		runtime.Goexit()
	case 13:
		log.Panic("logged")
	case 14:
		go func() { panic("in a goroutine") }()
		<-make(chan int)
	case 15:
		panic("one\n\nthree\n")
	case 16:
		m := map[int]int{}
		go func() { for { m[1]++ } }()
		var a []int
		_ = a[:which]
	case 17:
		defer func() { defer func() { panic("third") }(); panic("second") }()
		panic("first")
	case 18:
		defer func() { r := recover(); defer func(){ panic("other") }(); panic(r) }()
		panic("multi\nline")
	case 19:
		log.Fatal("fatal words")
	case 20:
		fmt.Fprintln(os.Stderr, "panic: caught")
		fmt.Fprintln(os.Stderr, "went on")
		os.Exit(2)
	case 21:
		panic(42)
	case 22:
		panic(3.5)
	case 23:
		panic("")
	case 24:
		<-make(chan int)
	case 25:
		panic("with a carriage\rreturn\x1b[31m")
	case 26:
		fmt.Fprint(os.Stderr, "unfinished")
		panic("after a piece")
	}
}

func main() {}
