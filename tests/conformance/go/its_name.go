// A plugin whose initialisation reads os.Args[0], as package flag does.
//
// BUILD: plain
// CALLS: named() = 1
package main

import (
	"os"
	"path/filepath"
)

var program = filepath.Base(os.Args[0])

//go:wasmexport named
func named() int32 {
	if program == "" || program == "." {
		return 0
	}
	return 1
}

func main() {}
