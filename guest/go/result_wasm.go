package guest

import "unsafe"

// returned keeps the memory of the last result alive until the host has copied it.
var returned unsafe.Pointer

// pack makes a result, and keeps its memory alive until the next one.
func pack(start unsafe.Pointer, count int) int64 {
	returned = start
	if count == 0 {
		return 0
	}
	return int64(uint64(uintptr(start))<<32 | uint64(count))
}

// unpack takes the block of a result that a host function has returned. The plugin owns it
// afterwards.
func unpack(result int64, size, align uintptr) (start unsafe.Pointer, count uint32, ok bool) {
	pointer, count := uint32(result>>32), uint32(result)
	start, ok = take(pointer, uint64(count)*uint64(size), uint32(align))
	// An empty result may have any address.
	return start, count, ok || count == 0
}

func lower(s string) Text {
	return Text(pack(unsafe.Pointer(unsafe.StringData(s)), len(s)))
}

func (t Text) lift() (string, bool) {
	start, count, ok := unpack(int64(t), 1, 1)
	if !ok || count == 0 {
		return "", ok
	}
	return unsafe.String((*byte)(start), count), true
}

func lowerList[T Scalar](items []T) int64 {
	return pack(unsafe.Pointer(unsafe.SliceData(items)), len(items))
}

func liftList[T Scalar](result int64) ([]T, bool) {
	var element T
	start, count, ok := unpack(result, unsafe.Sizeof(element), unsafe.Alignof(element))
	if !ok || count == 0 {
		return nil, ok
	}
	return unsafe.Slice((*T)(start), count), true
}
