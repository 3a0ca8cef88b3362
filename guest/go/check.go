package guest

import (
	"fmt"
	"reflect"
	"unicode/utf8"
	"unsafe"
)

// Check looks at what the host passed to an export: at strings, and at pointers to numbers,
// bools, arrays and structs with [structs.HostLayout] of these. Call it first in the export,
// with each such parameter.
//
// It panics, with the export's name, where a pointer is nil, misaligned or out of bounds,
// where a bool behind it is neither 0 nor 1, where a string is out of bounds or isn't UTF-8.
// It panics for any other type as well: there is nothing to check in a number, and of a bool
// Go has kept too little (declare the parameter as [Bool]).
func Check(parameters ...any) {
	for _, parameter := range parameters {
		switch parameter := parameter.(type) {
		case string:
			checkString(parameter)
		case Bool:
			parameter.Value()
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
		panic(fmt.Sprintf("the host passed a null pointer to `%s`", export()))
	case at%align != 0:
		panic(fmt.Sprintf("the host passed a misaligned pointer to `%s`: %#x, a multiple of %d expected", export(), at, align))
	case !inMemory(at, uint64(size)):
		panic(fmt.Sprintf("the host passed a pointer to `%s` that is out of bounds: %d bytes at %#x", export(), size, at))
	}
}

func checkTyped(parameter reflect.Value) {
	if parameter.Kind() != reflect.Pointer || !crosses(parameter.Type().Elem()) {
		panic(fmt.Sprintf("guest.Check in `%s`: a %s cannot be checked; strings, guest.Bool and pointers to "+
			"numbers of a fixed size, arrays and structs with structs.HostLayout can", export(), typeName(parameter)))
	}
	element := parameter.Type().Elem()
	checkPointer(parameter.UnsafePointer(), element.Size(), uintptr(element.Align()))
	if value, path, bad := badBool(element, parameter.UnsafePointer()); bad {
		if path != "" {
			path = ", in " + path
		}
		notABool(uint32(value), path)
	}
}

func typeName(value reflect.Value) string {
	if !value.IsValid() {
		return "nil"
	}
	return value.Type().String()
}

// crosses is whether a value of the type has the same bytes on both sides.
func crosses(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int8, reflect.Uint8, reflect.Int16, reflect.Uint16, reflect.Int32, reflect.Uint32,
		reflect.Int64, reflect.Uint64, reflect.Float32, reflect.Float64:
		return true
	case reflect.Array:
		return crosses(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !crosses(t.Field(i).Type) {
				return false
			}
		}
		return true
	}
	return false
}

func hasBools(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool:
		return true
	case reflect.Array:
		return hasBools(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if hasBools(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// badBool finds a bool that is neither 0 nor 1, and the way to it. It looks at the bytes: Go's
// own comparisons take for granted that they are right.
func badBool(t reflect.Type, at unsafe.Pointer) (value uint8, path string, bad bool) {
	if !hasBools(t) {
		return
	}
	switch t.Kind() {
	case reflect.Bool:
		value = *(*uint8)(at)
		bad = value > 1
	case reflect.Array:
		for i := range t.Len() {
			if value, path, bad = badBool(t.Elem(), unsafe.Add(at, uintptr(i)*t.Elem().Size())); bad {
				return value, fmt.Sprintf("[%d]%s", i, path), true
			}
		}
	case reflect.Struct:
		for i := range t.NumField() {
			field := t.Field(i)
			if value, path, bad = badBool(field.Type, unsafe.Add(at, field.Offset)); bad {
				return value, "." + field.Name + path, true
			}
		}
	}
	return
}
