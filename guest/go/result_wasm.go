package guest

import "unsafe"

// returned is what the last export answered: the host has yet to read it.
var returned unsafe.Pointer

// pack keeps what an export answers, and makes its result of it.
func pack(start unsafe.Pointer, count int) int64 {
	returned = start
	if count == 0 {
		return 0
	}
	return int64(uint64(uintptr(start))<<32 | uint64(count))
}

// unpack takes what a host function answered, in a block that is the plugin's then.
func unpack(result int64, size, align uintptr) (start unsafe.Pointer, count uint32, ok bool) {
	pointer, count := uint32(result>>32), uint32(result)
	start, ok = take(pointer, uint64(count)*uint64(size), uint32(align))
	// Any address may come with nothing.
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
