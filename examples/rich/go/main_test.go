package main

import "testing"

// In a native test an export is a plain function.
func TestGreet(t *testing.T) {
	if text := greet("bob").Take(); text != "hello bob" {
		t.Error(text)
	}
}

func TestScale(t *testing.T) {
	p := point{X: 1, Y: 2.5}
	scale(&p, 2)
	if p.X != 2 || p.Y != 5 {
		t.Error(p)
	}
}
