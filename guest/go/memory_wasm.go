package guest

// pages returns the size of the linear memory, in pages of 64 KiB.
func pages() uint32

// inMemory returns whether size bytes at pointer are inside the linear memory.
func inMemory(pointer uintptr, size uint64) bool {
	return uint64(pointer)+size <= uint64(pages())<<16
}
