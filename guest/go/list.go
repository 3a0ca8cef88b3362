package guest

import (
	"fmt"
	"reflect"
	"unsafe"
)

// Scalar is the type of a list's elements: bool, or a number of a fixed size from 8 to 64 bits.
type Scalar interface {
	~bool | ~int8 | ~uint8 | ~int16 | ~uint16 | ~int32 | ~uint32 | ~int64 | ~uint64 | ~float32 | ~float64
}

// List is a list as a parameter: of an export ([List.Slice] returns its elements), or of a host
// function ([ListOf] makes it). Its len is the number of elements.
//
// The type is a string because Go accepts no slices as parameters of such functions. Do not use it
// as a string: its length counts elements, not bytes.
type List[T Scalar] string

// ListOf makes an argument for a host function from a slice, without copying it. As with a string,
// write runtime.KeepAlive(items) after a call in which the host may call back into the plugin.
func ListOf[T Scalar](items []T) List[T] {
	return List[T](unsafe.String((*byte)(unsafe.Pointer(unsafe.SliceData(items))), len(items)))
}

// Slice returns the elements, without copying them. They may be kept after the call.
//
// It panics if the list is null, misaligned or out of bounds, or if a bool in it is neither 0 nor
// 1; the message names the running export. It returns nil for an empty list, whose address is not
// checked.
func (l List[T]) Slice() []T {
	count := len(l)
	if count == 0 {
		return nil
	}
	start := unsafe.Pointer(unsafe.StringData(string(l)))
	var element T
	size, align := uint64(count)*uint64(unsafe.Sizeof(element)), unsafe.Alignof(element)
	switch at := uintptr(start); {
	case at == 0:
		nullPointer()
	case at%align != 0:
		misaligned(at, align)
	case !inMemory(at, size):
		panic(fmt.Sprintf("the host passed a list to `%s` that is out of bounds: %d bytes at %#x", export(), size, at))
	}
	items := unsafe.Slice((*T)(start), count)
	checkBools(items, asParameter)
	return items
}

func (l List[T]) check() { l.Slice() }

// ListResult is a list as a result: the address in the high half, the number of elements in the low
// half. An export returns one that [ReturnList] has made; [ListResult.Take] reads the one that a
// host function has returned.
type ListResult[T Scalar] int64

// ReturnList makes the result of an export from a slice, without copying it. The package keeps the
// elements alive until the next result is made. The plugin must not change them before its next
// call, since the host copies them after the export has returned.
func ReturnList[T Scalar](items []T) ListResult[T] {
	return ListResult[T](lowerList(items))
}

// Take returns the list that a host function has returned. The plugin owns its memory afterwards;
// call Take only once.
//
// It panics if the list is not a block that the host has allocated with polyreactor_alloc with
// exactly its size and alignment, or if a bool in it is neither 0 nor 1; the message names the
// running export.
func (r ListResult[T]) Take() []T {
	items, ok := liftList[T](int64(r))
	if !ok {
		var element T
		panic(fmt.Sprintf("the host returned a list to `%s` that does not lie in a block of `polyreactor_alloc`: %d bytes at %#x",
			export(), uint64(uint32(r))*uint64(unsafe.Sizeof(element)), uint32(r>>32)))
	}
	checkBools(items, asResult)
	return items
}

// checkBools panics if the elements are bools and one is neither 0 nor 1. It reads bytes, because
// Go compiles comparisons of bools on the assumption that they are 0 or 1.
func checkBools[T Scalar](items []T, how verb) {
	if !isBool[T]() {
		return
	}
	for index, value := range unsafe.Slice((*uint8)(unsafe.Pointer(unsafe.SliceData(items))), len(items)) {
		if value > 1 {
			notABool(how, uint32(value), fmt.Sprintf(", in [%d]", index))
		}
	}
}

func isBool[T Scalar]() bool {
	var element T
	return reflect.TypeOf(element).Kind() == reflect.Bool
}
