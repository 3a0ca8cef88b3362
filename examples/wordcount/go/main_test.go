package main

import "testing"

func TestCount(t *testing.T) {
	reset()
	var seen counts
	count("one two\n\tthrée\r\n", &seen)
	if seen != (counts{Words: 3, Lines: 2, Longest: 5, Total: 3}) {
		t.Error(seen)
	}
	count("four", &seen)
	if seen != (counts{Words: 1, Lines: 1, Longest: 4, Total: 4}) {
		t.Error(seen)
	}
	count("", &seen)
	if seen != (counts{Total: 4}) {
		t.Error(seen)
	}
}
