package guest

import (
	"fmt"
	"reflect"
	"unicode/utf8"
	"unsafe"
)

// Check checks parameters of an export: strings, lists, [Bool], and pointers to numbers, bools,
// arrays, and structs with [structs.HostLayout] of these. Call it at the beginning of the export,
// with each such parameter.
//
// It panics if a pointer is nil, misaligned or out of bounds, if a bool behind it is neither 0 nor
// 1, if a string is out of bounds or not UTF-8, and for a list as [List.Slice] does. The message
// names the export.
//
// It panics for any other type too: every number is valid, and a bool of Go has lost the bits that
// would have to be checked (declare the parameter as [Bool]).
func Check(parameters ...any) {
	for _, parameter := range parameters {
		switch parameter := parameter.(type) {
		case string:
			checkString(parameter)
		case Bool:
			if parameter > 1 {
				notABool(asParameter, uint32(parameter), "")
			}
		case interface{ check() }: // a List
			parameter.check()
		case *int32:
			checkPointer(unsafe.Pointer(parameter), 4, 4)
		case *uint32:
			checkPointer(unsafe.Pointer(parameter), 4, 4)
		default:
			checkTyped(reflect.ValueOf(parameter))
		}
	}
}

func checkString(s string) {
	if len(s) == 0 {
		return
	}
	pointer := uintptr(unsafe.Pointer(unsafe.StringData(s)))
	if pointer == 0 || !inMemory(pointer, uint64(len(s))) {
		panic(fmt.Sprintf("the host passed a string to `%s` that is out of bounds: %d bytes at %#x", export(), len(s), pointer))
	}
	if !utf8.ValidString(s) {
		panic(fmt.Sprintf("the host passed a string to `%s` that is not UTF-8", export()))
	}
}

func checkPointer(pointer unsafe.Pointer, size, align uintptr) {
	at := uintptr(pointer)
	switch {
	case at == 0:
		nullPointer()
	case at%align != 0:
		misaligned(at, align)
	case !inMemory(at, uint64(size)):
		panic(fmt.Sprintf("the host passed a pointer to `%s` that is out of bounds: %d bytes at %#x", export(), size, at))
	}
}

func nullPointer() {
	panic(fmt.Sprintf("the host passed a null pointer to `%s`", export()))
}

func misaligned(at, align uintptr) {
	panic(fmt.Sprintf("the host passed a misaligned pointer to `%s`: %#x, a multiple of %d expected", export(), at, align))
}

func checkTyped(parameter reflect.Value) {
	var layout *layout
	if parameter.Kind() == reflect.Pointer {
		layout = layoutOf(parameter.Type().Elem())
	}
	if layout == nil || !layout.supported {
		panic(fmt.Sprintf("guest.Check in `%s`: a %s cannot be checked; strings, lists, guest.Bool and pointers to "+
			"numbers of a fixed size, arrays and structs with structs.HostLayout can", export(), typeName(parameter)))
	}
	pointer := parameter.UnsafePointer()
	checkPointer(pointer, layout.size, layout.align)
	if value, path, bad := badBool(layout.bools, pointer); bad {
		if path != "" {
			path = ", in " + path
		}
		notABool(asParameter, uint32(value), path)
	}
}

func typeName(value reflect.Value) string {
	if !value.IsValid() {
		return "nil"
	}
	return value.Type().String()
}
