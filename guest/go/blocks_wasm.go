package guest

import (
	"fmt"
	"sync"
	"unsafe"
)

// block is memory that the host has allocated. Go's collector never moves memory; the map blocks
// keeps it alive.
type block struct {
	words       []uint64
	size, align uint32
}

var (
	blocks     = map[uint32]block{}
	blocksLock sync.Mutex
)

// alloc allocates a block for the host and keeps it alive until the host frees it. If there is not
// enough memory, it does not return 0: Go's runtime ends the plugin.
//
//go:wasmexport polyreactor_alloc
func alloc(size, align uint32) uint32 {
	if align == 0 || align&(align-1) != 0 {
		panic(fmt.Sprintf("`polyreactor_alloc` was called with an alignment of %d: a power of two expected", align))
	}
	// At least one byte, so that no two blocks have the same address. A slice of words, because Go
	// does not align a slice of bytes.
	room := max(1, uint64(size))
	if align > 8 {
		room += uint64(align) - 8
	}
	words := make([]uint64, (room+7)/8)
	start := uint64(uintptr(unsafe.Pointer(unsafe.SliceData(words))))
	pointer := uint32((start + uint64(align) - 1) &^ (uint64(align) - 1))
	blocksLock.Lock()
	blocks[pointer] = block{words, size, align}
	blocksLock.Unlock()
	return pointer
}

// free frees a block of alloc.
//
//go:wasmexport polyreactor_free
func free(pointer, size, align uint32) {
	blocksLock.Lock()
	given, ok := blocks[pointer]
	if ok && given.size == size && given.align == align {
		delete(blocks, pointer)
		blocksLock.Unlock()
		return
	}
	blocksLock.Unlock()
	if !ok {
		panic(fmt.Sprintf("`polyreactor_free` was passed %#x, which `polyreactor_alloc` has not allocated, or which is freed already", pointer))
	}
	panic(fmt.Sprintf("`polyreactor_free` was passed size %d and alignment %d for the block at %#x: %d and %d expected",
		size, align, pointer, given.size, given.align))
}

// take makes a block of that size and alignment the plugin's own: the host may no longer free it,
// and the collector frees it once nothing refers to it.
func take(pointer uint32, size uint64, align uint32) (unsafe.Pointer, bool) {
	blocksLock.Lock()
	defer blocksLock.Unlock()
	given, ok := blocks[pointer]
	if !ok || uint64(given.size) != size || given.align != align {
		return nil, false
	}
	delete(blocks, pointer)
	// The alignment is at most 8, that of the words, so that the block begins at the first word.
	return unsafe.Pointer(unsafe.SliceData(given.words)), true
}
