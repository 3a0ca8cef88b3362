package guest

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"
)

// layout is what Check needs to know about a type behind a pointer. It is computed once per type,
// because reflection is slow.
type layout struct {
	size, align uintptr
	// supported is whether host and plugin have the same layout for the type.
	supported bool
	bools     []bools
}

// bools are the bools at one offset of a type: a single bool if each is nil, else an array of count
// elements that have the bools each.
type bools struct {
	offset, stride uintptr
	count          int
	each           []bools
	path           string
}

var layouts sync.Map // of *layout, by reflect.Type

func layoutOf(t reflect.Type) *layout {
	if known, ok := layouts.Load(t); ok {
		return known.(*layout)
	}
	found := &layout{t.Size(), uintptr(t.Align()), isSupported(t), boolsOf(t)}
	layouts.Store(t, found)
	return found
}

func isSupported(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int8, reflect.Uint8, reflect.Int16, reflect.Uint16, reflect.Int32, reflect.Uint32,
		reflect.Int64, reflect.Uint64, reflect.Float32, reflect.Float64:
		return true
	case reflect.Array:
		return isSupported(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !isSupported(t.Field(i).Type) {
				return false
			}
		}
		return true
	}
	return false
}

func boolsOf(t reflect.Type) []bools {
	switch t.Kind() {
	case reflect.Bool:
		return []bools{{}}
	case reflect.Array:
		if each := boolsOf(t.Elem()); each != nil {
			return []bools{{stride: t.Elem().Size(), count: t.Len(), each: each}}
		}
	case reflect.Struct:
		var all []bools
		for i := range t.NumField() {
			field := t.Field(i)
			for _, found := range boolsOf(field.Type) {
				found.offset += field.Offset
				found.path = "." + field.Name + found.path
				all = append(all, found)
			}
		}
		return all
	}
	return nil
}

// badBool finds a bool that is neither 0 nor 1, and its path. It reads bytes, because Go compiles
// comparisons of bools on the assumption that they are 0 or 1.
func badBool(all []bools, start unsafe.Pointer) (value uint8, path string, bad bool) {
	for _, place := range all {
		at := unsafe.Add(start, place.offset)
		if place.each == nil {
			if value := *(*uint8)(at); value > 1 {
				return value, place.path, true
			}
		}
		for i := range place.count {
			if value, path, bad := badBool(place.each, unsafe.Add(at, uintptr(i)*place.stride)); bad {
				return value, fmt.Sprintf("%s[%d]%s", place.path, i, path), true
			}
		}
	}
	return 0, "", false
}
