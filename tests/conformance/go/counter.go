// A counter with package-level state that an init function sets up.
//
// BUILD: plain
// BUILD: stripped -s -w
// CALLS: inc(1) = 21; inc(21) = 42; setsUp() = 1
package main

var s, times int32

func init() {
	s += 20
	times++
}

//go:wasmexport inc
func inc(by int32) int32 {
	s += by
	return s
}

//go:wasmexport setsUp
func setsUp() int32 {
	return times
}

func main() {}
