// Every kind of value that crosses between a plugin and its host: bools, strings and lists both
// ways, a pointer to a number, a pointer to a record.
package main

import (
	"math"
	"slices"
	"structs"

	"polyreactor.example/guest"
)

// point is laid out as the host lays it out, which Go promises where the mark is.
type point struct {
	_ structs.HostLayout
	X int32
	Y float64
}

// shape holds another record, an array and a bool, each in its place: no pointers.
type shape struct {
	_      structs.HostLayout
	Origin point
	Sides  [4]float64
	Filled bool
}

// flip takes a guest.Bool, which knows when the host passed something else than 0 or 1.
//
//go:wasmexport flip
func flip(b guest.Bool) bool {
	return !b.Value()
}

// greet takes a string as Go has it; a string result is made by guest.Return.
//
//go:wasmexport greet
func greet(name string) guest.Text {
	guest.Check(name) // a panic that names greet, rather than garbage
	return guest.Return("hello " + name)
}

// bump changes a number in memory that the host gets back after the call.
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

// perimeter reads a record; what is filled has none.
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

// invert takes a guest.List, whose Slice is checked; a list result is made by guest.ReturnList.
//
//go:wasmexport invert
func invert(image guest.List[uint8]) guest.ListResult[uint8] {
	inverted := slices.Clone(image.Slice())
	for i := range inverted {
		inverted[i] = ^inverted[i]
	}
	return guest.ReturnList(inverted)
}

// scale rounds as Rust's `as` does, which keeps to the range; Go's conversion does not.
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

// main never runs in a reactor; the compiler asks for it all the same.
func main() {}
