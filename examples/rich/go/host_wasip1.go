package main

import (
	"math"
	"runtime"

	"polyreactor.example/guest"
)

// Host functions: declarations without a body. Go compiles this file for Wasm only, because its
// name ends in _wasip1.go, so that `go test` can test the other files natively, without a host.

//go:wasmimport host log
func hostLog(message string)

//go:wasmimport host name
func hostName() guest.Text

//go:wasmimport host flip
func hostFlip(b bool) guest.Bool

//go:wasmimport host scale
func hostScale(p *point, by float64)

//go:wasmimport host bump
func hostBump(p *int32)

//go:wasmimport host sorted
func hostSorted(numbers guest.List[float64]) guest.ListResult[float64]

// introduce calls two host functions: name, and log with a line that contains the name.
//
//go:wasmexport introduce
func introduce() guest.Text {
	name := hostName().Take() // from here on the plugin owns the string
	message := "run by " + name
	hostLog(message)
	// Go's garbage collector regards an argument of a host function as unused once the call has
	// begun. If the host calls an export before it has read message, a collection could free
	// message: KeepAlive prevents that until hostLog has returned.
	runtime.KeepAlive(message)
	return guest.Return(message)
}

// agree returns b: the host function flip negates it twice.
//
//go:wasmexport agree
func agree(b guest.Bool) bool {
	return hostFlip(hostFlip(b.Value()).Value()).Value()
}

// next passes a pointer to a number to the host function bump, which adds 1 to the number.
//
//go:wasmexport next
func next(number int32) int32 {
	hostBump(&number)
	return number
}

// median returns the middle one of the numbers, which the host function sorted sorts, or NaN for
// an empty list.
//
//go:wasmexport median
func median(numbers guest.List[float64]) float64 {
	if len(numbers) == 0 {
		return math.NaN()
	}
	guest.Check(numbers)
	return hostSorted(numbers).Take()[len(numbers)/2]
}

// stretch passes the inner record, Origin, to the host function scale, and scales the sides itself.
//
//go:wasmexport stretch
func stretch(p *shape, by float64) {
	guest.Check(p)
	hostScale(&p.Origin, by)
	for i := range p.Sides {
		p.Sides[i] *= by
	}
}
