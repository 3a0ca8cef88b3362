// Package guest lets a Go plugin pass strings, lists and pointers to its host and get them from it.
//
// A plugin exports and imports functions with Go's own go:wasmexport and go:wasmimport. This
// package adds an allocator for the host, results that are strings and lists, and checks:
//
//	// greet returns a string: address and length in one i64.
//	//
//	//go:wasmexport greet
//	func greet(name string) guest.Text {
//		guest.Check(name)
//		return guest.Return("hello " + name)
//	}
//
// A list parameter has the type [List]; [ReturnList] makes a list result.
//
// A plugin that imports this package exports polyreactor_alloc and polyreactor_free, with which the
// host allocates guest memory for the strings, lists and records that it passes. The garbage
// collector never moves a block. It frees one only after the host has freed it and nothing in the
// plugin refers to it: so a plugin may keep a string or list parameter after the call.
//
// # Checks
//
// Go does not check arguments from the host. A nil pointer is a panic when it is used; a pointer or
// string that is out of bounds is a trap without a message, when it is read; a misaligned pointer
// works; a string need not be UTF-8. Call [Check] with such parameters at the beginning of an
// export ([List.Slice] checks a list): then each of these is a panic that names the export. Of a
// bool, Go keeps only the lowest byte of what was passed: 256 is false, and 2 is a bool that is
// neither true nor false. Declare the parameter as [Bool] if the host is not trusted.
//
// # Reactors
//
// Package init functions run inside _initialize; main never runs. Goroutines run only while an
// export runs or waits, and stand still between calls. os.Stdout is not buffered, so no output is
// lost. [Stdout] is buffered; [Flush] writes its buffer out.
//
// # Native tests
//
// On the author's machine the package works without a host, so that go test can test a plugin's
// functions: there, a function with go:wasmexport is an ordinary one. A function with go:wasmimport
// has no body, so keep it in a file for WASI only, such as host_wasip1.go.
package guest
