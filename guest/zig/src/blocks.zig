//! The allocator that the host calls: `polyreactor_alloc` and `polyreactor_free`.

const std = @import("std");

pub const is_wasm = @import("builtin").cpu.arch == .wasm32;

/// The allocator from which this package gets all its memory.
pub const memory = if (is_wasm) std.heap.wasm_allocator else std.heap.page_allocator;

const Block = struct { size: u32, alignment: u32 };

var blocks: std.AutoHashMapUnmanaged(u32, Block) = .empty;

/// The largest alignment that `memory` supports, in bytes.
const max_alignment = 1 << 16;

/// Allocates a block, which lives until it is freed. Returns its address; 0 if there is not enough
/// memory. Panics if the alignment is no power of two or larger than `max_alignment`.
pub fn alloc(size: u32, alignment: u32) callconv(.c) u32 {
    if (alignment > max_alignment or !std.math.isPowerOfTwo(@max(1, alignment)) or alignment == 0) {
        std.debug.panic("`polyreactor_alloc` was called with an alignment of {d}: a power of two expected, up to {d}", .{ alignment, max_alignment });
    }
    blocks.ensureUnusedCapacity(memory, 1) catch return 0;
    const start = memory.rawAlloc(room(size), .fromByteUnits(alignment), @returnAddress()) orelse return 0;
    const address: u32 = @intCast(@intFromPtr(start));
    blocks.putAssumeCapacity(address, .{ .size = size, .alignment = alignment });
    return address;
}

/// Frees a block. Panics if no block begins there, or if it was allocated with another size or
/// alignment.
pub fn free(address: u32, size: u32, alignment: u32) callconv(.c) void {
    const block = blocks.get(address) orelse
        std.debug.panic("`polyreactor_free` was passed 0x{x}, which `polyreactor_alloc` has not allocated, or which is freed already", .{address});
    if (block.size != size or block.alignment != alignment) {
        std.debug.panic("`polyreactor_free` was passed size {d} and alignment {d} for the block at 0x{x}: {d} and {d} expected", .{ size, alignment, address, block.size, block.alignment });
    }
    _ = blocks.remove(address);
    const start: [*]u8 = @ptrFromInt(address);
    memory.rawFree(start[0..room(size)], .fromByteUnits(alignment), @returnAddress());
}

/// Whether a block begins at the address that was allocated with exactly this size and alignment.
pub fn isBlock(address: u32, size: u64, alignment: u32) bool {
    const block = blocks.get(address) orelse return false;
    return block.size == size and block.alignment == alignment;
}

/// Whether `size` bytes at the address are inside the linear memory. Always true natively.
pub fn contains(address: usize, size: u64) bool {
    if (!is_wasm) return true;
    return @as(u64, address) + size <= @as(u64, @wasmMemorySize(0)) << 16;
}

/// The size of the allocation: at least one byte, so that each block has its own address.
fn room(size: u32) usize {
    return @max(1, size);
}
