// A plugin that counts words: text in, a record out, and a total that is kept from call to call.
package main

import (
	"structs"
	"unicode/utf8"

	"polyreactor.example/guest"
)

// counts holds the counts of one text, and the total of words of all texts since the last reset.
type counts struct {
	_       structs.HostLayout
	Words   uint32
	Lines   uint32
	Longest uint32 // in characters
	Total   uint64
}

// total lasts from call to call, because a reactor is initialised once.
var total uint64

// count fills in a record in memory that the host has allocated. Words are separated by spaces,
// tabs and line ends; the last line counts with or without a line end.
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

// reset sets the total to 0.
//
//go:wasmexport reset
func reset() {
	total = 0
}

func main() {}
