// A counter: a plugin whose state lasts from one call to the next.
package main

// s is the current count.
var s int32

// init runs inside _initialize, before any export can be called.
func init() {
	s = 20
	println("s =", s) // Go's built-in println writes to stderr
}

//go:wasmexport add
func add(a, b int32) int32 {
	return a + b
}

//go:wasmexport inc
func inc(by int32) int32 {
	s += by
	return s
}

// main never runs in a reactor, but the Go compiler requires it.
func main() {}
