package guest

import (
	"fmt"
	"reflect"
	"unsafe"
)

// Scalar is what a list can hold: bools, and the numbers of a fixed size.
type Scalar interface {
	~bool | ~int8 | ~uint8 | ~int16 | ~uint16 | ~int32 | ~uint32 | ~int64 | ~uint64 | ~float32 | ~float64
}

// List is a list as it crosses as a parameter: to an export from the host, read by
// [List.Slice], and to a host function, made by [ListOf]. len of it is the number of elements.
//
// It is a string to Go's compiler, which takes no slices there; its bytes as a string mean
// nothing.
type List[T Scalar] string

// ListOf makes the parameter of a host function of a slice, without copying it. As with a
// string, say runtime.KeepAlive(items) after a call in which the host may call back.
func ListOf[T Scalar](items []T) List[T] {
	return List[T](unsafe.String((*byte)(unsafe.Pointer(unsafe.SliceData(items))), len(items)))
}

// Slice is the elements, without copying them. They may be kept after the call.
//
// It panics where the list is null, misaligned or out of bounds, or where a bool in it is
// neither 0 nor 1, with the name of the export that runs.
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
	checkBools(items)
	return items
}

func (l List[T]) check() { l.Slice() }

// ListResult is a list as the result of a function, as it crosses: the address in the high
// half, the number of elements in the low half. An export answers one, made by [ReturnList]; a
// host function that is declared with one answers one, to be read by [ListResult.Take].
type ListResult[T Scalar] int64

// ReturnList makes the result of an export of a slice, without copying it. The elements stay
// alive, and have to stay as they are, until the next call, which is long enough for the host
// to copy them.
func ReturnList[T Scalar](items []T) ListResult[T] {
	return ListResult[T](lowerList(items))
}

// Take reads the list that a host function answered. The plugin owns its memory then; it is
// taken once.
//
// It panics where the list doesn't lie in a block of polyreactor_alloc's of just its size and
// alignment, or a bool in it is neither 0 nor 1, with the name of the export that runs.
func (r ListResult[T]) Take() []T {
	items, ok := liftList[T](int64(r))
	if !ok {
		var element T
		panic(fmt.Sprintf("the host returned a list to `%s` that does not lie in a block of `polyreactor_alloc`: %d bytes at %#x",
			export(), uint64(uint32(r))*uint64(unsafe.Sizeof(element)), uint32(r>>32)))
	}
	checkBools(items)
	return items
}

// checkBools panics where the elements are bools, and one is neither 0 nor 1. It looks at the
// bytes: Go's own comparisons take for granted that they are right.
func checkBools[T Scalar](items []T) {
	if !isBool[T]() {
		return
	}
	for index, value := range unsafe.Slice((*uint8)(unsafe.Pointer(unsafe.SliceData(items))), len(items)) {
		if value > 1 {
			notABool(uint32(value), fmt.Sprintf(", in [%d]", index))
		}
	}
}

func isBool[T Scalar]() bool {
	var element T
	return reflect.TypeOf(element).Kind() == reflect.Bool
}
