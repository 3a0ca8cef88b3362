//! Panics for invalid values from the host and invalid results of the plugin. Each message names
//! the function.

const std = @import("std");
const blocks = @import("blocks.zig");

/// The function that the value belongs to: an export, to which the host passed the value, or a host
/// function, which returned the value.
pub const Side = struct {
    name: []const u8,
    verb: []const u8 = "passed",
    preposition: []const u8 = "to",
};

pub fn notABool(side: Side, where: []const u8, value: i32) noreturn {
    @branchHint(.cold);
    const unsigned: u32 = @bitCast(value);
    std.debug.panic("the host {s} {d} for a bool {s} `{s}`{s}: 0 or 1 expected", .{ side.verb, unsigned, side.preposition, side.name, where });
}

pub fn nullPointer(side: Side) noreturn {
    @branchHint(.cold);
    std.debug.panic("the host {s} a null pointer {s} `{s}`", .{ side.verb, side.preposition, side.name });
}

pub fn misaligned(side: Side, address: u32, alignment: u32) noreturn {
    @branchHint(.cold);
    std.debug.panic("the host {s} a misaligned pointer {s} `{s}`: 0x{x}, a multiple of {d} expected", .{ side.verb, side.preposition, side.name, address, alignment });
}

pub fn outOfBounds(side: Side, what: []const u8, size: u64, address: u32) noreturn {
    @branchHint(.cold);
    std.debug.panic("the host {s} a {s} {s} `{s}` that is out of bounds: {d} bytes at 0x{x}", .{ side.verb, what, side.preposition, side.name, size, address });
}

pub fn notUtf8(side: Side) noreturn {
    @branchHint(.cold);
    std.debug.panic("the host {s} a string {s} `{s}` that is not UTF-8", .{ side.verb, side.preposition, side.name });
}

pub fn notAllocated(name: []const u8, what: []const u8, size: u64, address: u32) noreturn {
    @branchHint(.cold);
    std.debug.panic("the host returned a {s} from `{s}` that does not lie in a block of `polyreactor_alloc`: {d} bytes at 0x{x}", .{ what, name, size, address });
}

pub fn returnsNoUtf8(name: []const u8) noreturn {
    @branchHint(.cold);
    std.debug.panic("`{s}` returns a string that is not UTF-8", .{name});
}

pub fn dangling(name: []const u8, what: []const u8) noreturn {
    @branchHint(.cold);
    std.debug.panic("`{s}` returns {s} that lay on its own stack: allocate it with polyreactor.allocator(), or use a global", .{ name, what });
}

pub fn failed(name: []const u8, err: []const u8) noreturn {
    @branchHint(.cold);
    std.debug.panic("`{s}` failed: error.{s}", .{ name, err });
}

/// Whether an address is in the part of the stack below `here`, which a function that has returned
/// used. Always false natively.
pub fn isBelow(address: usize, here: *const u8) bool {
    if (!blocks.is_wasm) return false;
    const low = @extern(*const u8, .{ .name = "__stack_low" });
    return @intFromPtr(low) <= address and address < @intFromPtr(here);
}
