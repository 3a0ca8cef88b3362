// A plugin whose main sets a value. Go never runs main in a reactor.
package main

var n int32

//go:wasmexport get
func get() int32 {
	return n
}

func main() {
	n = 20
}
