package guest

// pages is how many pages of 64 KiB the linear memory has.
func pages() uint32

// inMemory is whether all of it lies inside of the linear memory.
func inMemory(pointer uintptr, size uint64) bool {
	return uint64(pointer)+size <= uint64(pages())<<16
}
