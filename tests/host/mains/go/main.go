// A plugin whose main does something, which Go never runs in a reactor.
package main

var n int32

//go:wasmexport get
func get() int32 {
	return n
}

func main() {
	n = 20
}
