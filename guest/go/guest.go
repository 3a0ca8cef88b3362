// Package guest is what a Go plugin links with, so that strings and pointers can cross
// between it and its host.
//
// A plugin is written with Go's own go:wasmexport and go:wasmimport; this package adds what
// they leave out:
//
//	// greet answers a string: pointer and length in one i64.
//	//
//	//go:wasmexport greet
//	func greet(name string) guest.Text {
//		guest.Check(name)
//		return guest.Return("hello " + name)
//	}
//
// Lists cross too: [List] is a parameter, [ReturnList] makes a result.
//
// Importing it exports polyreactor_alloc and polyreactor_free, with which the host makes room
// for the strings, lists and records that it passes. A block stays where it is, and alive, until the
// host frees it, whatever the garbage collector does; what the plugin still refers to after
// that stays alive too, so a string or list parameter may be kept.
//
// # What is checked, and by whom
//
// Go takes what the host passes as it is. By itself it panics on a nil pointer, when that is
// used; a pointer or a string outside of memory is a trap when it is read, and until then
// nobody knows; a misaligned pointer works; a string need not be UTF-8. Call [Check] first
// with such parameters ([List.Slice] does for a list), and each of these is a panic that names the export. A bool parameter
// is the lowest byte of what was passed: 2 is neither true nor false, 256 is false. Declare
// it as [Bool] where the host is not to be trusted.
//
// # Reactors
//
// Package init functions run inside _initialize; main never runs. Goroutines run only while
// an export runs or waits, and stand still between calls. os.Stdout has no buffer, so
// nothing that was written is lost; [Stdout] has one, and is written out by [Flush].
//
// On the author's own machine the package does the same without a host, so that a plugin's
// functions can be tested by go test: functions with go:wasmexport are plain ones there. Those
// with go:wasmimport have no body; keep them in a file of their own, named like host_wasip1.go.
package guest
