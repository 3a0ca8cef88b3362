//! The arena for memory that lives until the next call begins.

const std = @import("std");
const blocks = @import("blocks.zig");

var arena: std.heap.ArenaAllocator = .init(blocks.memory);

/// The number of running exports: host functions may call back, so that calls are nested.
var depth: u32 = 0;

/// The size up to which the arena keeps its memory for the next call, in bytes (64 KiB).
const kept_bytes = 64 << 10;

/// Called when an export begins. An outermost call frees the memory of the call before, whose
/// result the host has copied.
pub fn enter() void {
    if (depth == 0) _ = arena.reset(.{ .retain_with_limit = kept_bytes });
    depth += 1;
}

/// Called when an export returns. It is not called after a panic, but then the host poisons the
/// instance, so that no other call begins.
pub fn leave() void {
    depth -= 1;
}

pub fn allocator() std.mem.Allocator {
    return arena.allocator();
}
