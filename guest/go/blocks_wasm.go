package guest

import (
	"fmt"
	"sync"
	"unsafe"
)

// block is memory that the host was given. The collector never moves it; being in blocks
// keeps it alive.
type block struct {
	words       []uint64
	size, align uint32
}

var (
	blocks     = map[uint32]block{}
	blocksLock sync.Mutex
)

// alloc gives the host a block, and keeps it until the host frees it. Where there is no
// memory, Go's runtime ends the plugin.
//
//go:wasmexport polyreactor_alloc
func alloc(size, align uint32) uint32 {
	if align == 0 || align&(align-1) != 0 {
		panic(fmt.Sprintf("`polyreactor_alloc` was asked for an alignment of %d: a power of two expected", align))
	}
	// A byte at least, so that no two blocks share an address; words, because Go aligns bytes
	// as it likes.
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

// free takes a block back.
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
		panic(fmt.Sprintf("`polyreactor_free` was passed %#x, which `polyreactor_alloc` has not given, or which is free already", pointer))
	}
	panic(fmt.Sprintf("`polyreactor_free` was passed size %d and alignment %d for the block at %#x: %d and %d expected",
		size, align, pointer, given.size, given.align))
}

// take makes the plugin's of a block of that size and alignment.
func take(pointer uint32, size uint64, align uint32) (unsafe.Pointer, bool) {
	blocksLock.Lock()
	defer blocksLock.Unlock()
	given, ok := blocks[pointer]
	if !ok || uint64(given.size) != size || given.align != align {
		return nil, false
	}
	delete(blocks, pointer)
	// What crosses is aligned to 8 at most, and so are words: the block begins where they do.
	return unsafe.Pointer(unsafe.SliceData(given.words)), true
}
