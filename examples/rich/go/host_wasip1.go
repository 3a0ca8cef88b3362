package main

import (
	"math"
	"runtime"

	"polyreactor.example/guest"
)

// What the host offers has no body here. This file is for Wasm only (its name says so), so that
// the rest can be tested by `go test` without a host.

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

// introduce asks the host for its name and has it log a line.
//
//go:wasmexport introduce
func introduce() guest.Text {
	name := hostName().Take() // the string is the plugin's from here on
	message := "run by " + name
	hostLog(message)
	// Go forgets an argument once it is passed; if the host calls back before it has read
	// the message, the collector must not have taken it.
	runtime.KeepAlive(message)
	return guest.Return(message)
}

// agree is what it is passed: the host flips it twice.
//
//go:wasmexport agree
func agree(b guest.Bool) bool {
	return hostFlip(hostFlip(b.Value()).Value()).Value()
}

// next has the host write to a number of the plugin's.
//
//go:wasmexport next
func next(number int32) int32 {
	hostBump(&number)
	return number
}

// median is the number in the middle, or NaN of nothing; the host sorts.
//
//go:wasmexport median
func median(numbers guest.List[float64]) float64 {
	if len(numbers) == 0 {
		return math.NaN()
	}
	guest.Check(numbers)
	return hostSorted(numbers).Take()[len(numbers)/2]
}

// stretch hands the record inside of the record on to the host, and does the rest itself.
//
//go:wasmexport stretch
func stretch(p *shape, by float64) {
	guest.Check(p)
	hostScale(&p.Origin, by)
	for i := range p.Sides {
		p.Sides[i] *= by
	}
}
