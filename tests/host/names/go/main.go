// Exports that have the names of functions of libc or of the compilers' runtimes, and exports that
// call those functions.
package main

import (
	"math"
	"strings"

	"polyreactor.example/guest"
)

//go:wasmimport host read
func hostRead(fd int32) int32

//go:wasmimport host exp
func hostExp(x float64) float64

//go:wasmexport open
func open(path string) int32 { return int32(len(path)) + 1000 }

//go:wasmexport read
func read(fd int32) int32 { return hostRead(fd) + 1000 }

//go:wasmexport write
func write(fd int32) int32 { return fd + 2000 }

//go:wasmexport close
func closes(fd int32) bool { return fd == 7 }

//go:wasmexport log
func log(x float64) float64 { return x + 1000 }

//go:wasmexport exp
func exp(x float64) float64 { return x + 2000 }

//go:wasmexport fmod
func fmod(x, y float64) float64 { return x + y }

//go:wasmexport time
func time() int64 { return 1000 }

//go:wasmexport div
func div(a, b int32) int32 { return a - b }

//go:wasmexport malloc
func malloc(size uint32) uint32 { return size + 1000 }

//go:wasmexport memcpy
func memcpy(to, from int32) int32 { return to - from }

//go:wasmexport strlen
func strlen(text string) uint32 { return uint32(len(text)) + 1000 }

//go:wasmexport natural
func natural(x float64) float64 { return math.Exp(x) }

//go:wasmexport logarithm
func logarithm(x float64) float64 { return math.Log(x) }

//go:wasmexport remainder
func remainder(x, y float64) float64 { return math.Mod(x, y) }

//go:wasmexport repeated
func repeated(text string, times uint32) guest.Text {
	return guest.Return(strings.Repeat(text, int(times)))
}

//go:wasmexport greeted
func greeted(x float64) float64 { return hostExp(x) + math.Exp(x) }

func main() {}
