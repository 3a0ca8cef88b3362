// Counts words: text in, a record out, and a total that is kept from call to call.
package main

import (
	"structs"
	"unicode/utf8"

	"polyreactor.example/guest"
)

// counts is what is known about one text, and the words of all texts so far.
type counts struct {
	_       structs.HostLayout
	Words   uint32
	Lines   uint32
	Longest uint32 // in characters
	Total   uint64
}

// total outlives the calls: a reactor is set up once and stays.
var total uint64

// count fills in a record of the host's. Words are what stands between spaces, tabs and the
// ends of lines; the last line counts with or without an end.
//
//go:wasmexport count
func count(text string, result *counts) {
	guest.Check(text, result)
	var found counts
	start := 0
	endWord := func(end int) {
		if end > start {
			found.Words++
			found.Longest = max(found.Longest, uint32(utf8.RuneCountInString(text[start:end])))
		}
		start = end + 1
	}
	for i := range len(text) {
		switch text[i] {
		case '\n':
			found.Lines++
			endWord(i)
		case ' ', '\t', '\r':
			endWord(i)
		}
	}
	endWord(len(text))
	if text != "" && text[len(text)-1] != '\n' {
		found.Lines++
	}
	total += uint64(found.Words)
	found.Total = total
	*result = found
}

// reset forgets the total.
//
//go:wasmexport reset
func reset() {
	total = 0
}

func main() {}
