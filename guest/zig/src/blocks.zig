//! Memory that the host was given: `polyreactor_alloc` and `polyreactor_free`.

const std = @import("std");

pub const is_wasm = @import("builtin").cpu.arch == .wasm32;

/// Where all memory of this package comes from.
pub const memory = if (is_wasm) std.heap.wasm_allocator else std.heap.page_allocator;

const Block = struct { size: u32, alignment: u32 };

var blocks: std.AutoHashMapUnmanaged(u32, Block) = .empty;

/// What the allocator can keep to.
const max_alignment = 1 << 16;

/// A block that stays until it is freed; 0 where there is no memory.
pub fn alloc(size: u32, alignment: u32) callconv(.c) u32 {
    if (alignment > max_alignment or !std.math.isPowerOfTwo(@max(1, alignment)) or alignment == 0) {
        std.debug.panic("`polyreactor_alloc` was asked for an alignment of {d}: a power of two expected, up to {d}", .{ alignment, max_alignment });
    }
    blocks.ensureUnusedCapacity(memory, 1) catch return 0;
    const start = memory.rawAlloc(room(size), .fromByteUnits(alignment), @returnAddress()) orelse return 0;
    const address: u32 = @intCast(@intFromPtr(start));
    blocks.putAssumeCapacity(address, .{ .size = size, .alignment = alignment });
    return address;
}

/// Takes a block back.
pub fn free(address: u32, size: u32, alignment: u32) callconv(.c) void {
    const block = blocks.get(address) orelse
        std.debug.panic("`polyreactor_free` was passed 0x{x}, which `polyreactor_alloc` has not given, or which is free already", .{address});
    if (block.size != size or block.alignment != alignment) {
        std.debug.panic("`polyreactor_free` was passed size {d} and alignment {d} for the block at 0x{x}: {d} and {d} expected", .{ size, alignment, address, block.size, block.alignment });
    }
    _ = blocks.remove(address);
    const start: [*]u8 = @ptrFromInt(address);
    memory.rawFree(start[0..room(size)], .fromByteUnits(alignment), @returnAddress());
}

/// Whether the host was given a block of just this size and alignment.
pub fn isBlock(address: u32, size: u64, alignment: u32) bool {
    const block = blocks.get(address) orelse return false;
    return block.size == size and block.alignment == alignment;
}

/// Whether it all lies inside of the linear memory.
pub fn contains(address: usize, size: u64) bool {
    if (!is_wasm) return true;
    return @as(u64, address) + size <= @as(u64, @wasmMemorySize(0)) << 16;
}

/// A block of nothing has an address of its own too.
fn room(size: u32) usize {
    return @max(1, size);
}
