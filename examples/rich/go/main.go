// A plugin that uses every type of a contract: bools, strings and lists as parameters and results,
// a pointer to a number, pointers to records.
package main

import (
	"math"
	"slices"
	"structs"

	"polyreactor.example/guest"
)

// point is a record. The field of type structs.HostLayout makes Go lay the struct out as C does,
// which is what the host expects.
type point struct {
	_ structs.HostLayout
	X int32
	Y float64
}

// shape is a record that contains another record, an array and a bool by value: a record has no
// pointers.
type shape struct {
	_      structs.HostLayout
	Origin point
	Sides  [4]float64
	Filled bool
}

// flip takes a guest.Bool, whose Value panics if the host passed neither 0 nor 1. Go's own bool
// would use the lowest byte and ignore the rest.
//
//go:wasmexport flip
func flip(b guest.Bool) bool {
	return !b.Value()
}

// greet takes a plain Go string; guest.Return makes the string result.
//
//go:wasmexport greet
func greet(name string) guest.Text {
	guest.Check(name) // panics, naming greet, if name is out of bounds or not UTF-8
	return guest.Return("hello " + name)
}

// bump adds 1 to a number in guest memory, which the host reads after the call.
//
//go:wasmexport bump
func bump(p *int32) {
	guest.Check(p)
	*p++
}

//go:wasmexport scale
func scale(p *point, by float64) {
	guest.Check(p)
	p.scale(by)
}

// perimeter reads a record. The perimeter of a filled shape is 0.
//
//go:wasmexport perimeter
func perimeter(p *shape) float64 {
	guest.Check(p)
	if p.Filled {
		return 0
	}
	total := 0.0
	for _, side := range p.Sides {
		total += side
	}
	return total
}

// invert takes a guest.List, whose Slice checks the address and length; guest.ReturnList makes the
// list result.
//
//go:wasmexport invert
func invert(image guest.List[uint8]) guest.ListResult[uint8] {
	inverted := slices.Clone(image.Slice())
	for i := range inverted {
		inverted[i] = ^inverted[i]
	}
	return guest.ReturnList(inverted)
}

// scale converts to int32 as Rust's `as` does: truncating, saturating, NaN to 0. Go's own
// conversion is implementation-defined for values out of range.
func (p *point) scale(by float64) {
	x := math.Trunc(float64(p.X) * by)
	switch {
	case math.IsNaN(x):
		p.X = 0
	default:
		p.X = int32(max(math.MinInt32, min(math.MaxInt32, x)))
	}
	p.Y *= by
}

// main never runs in a reactor, but the Go compiler requires it.
func main() {}
