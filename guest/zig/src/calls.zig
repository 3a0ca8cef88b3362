//! What lives as long as a call: the memory that is freed by itself.

const std = @import("std");
const blocks = @import("blocks.zig");

var arena: std.heap.ArenaAllocator = .init(blocks.memory);

/// How many exports run inside of one another: host functions may call back.
var depth: u32 = 0;

/// What a small call needs is kept for the next one.
const kept_bytes = 64 << 10;

/// An export begins. The result of the call before has been read.
pub fn enter() void {
    if (depth == 0) _ = arena.reset(.{ .retain_with_limit = kept_bytes });
    depth += 1;
}

/// An export ends; one that panics never does, and the instance is dead.
pub fn leave() void {
    depth -= 1;
}

pub fn allocator() std.mem.Allocator {
    return arena.allocator();
}
