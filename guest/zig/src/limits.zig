//! Limits of the functions between a plugin and its host: those of Go, which are the strictest of
//! the three languages. A test compares these constants with those of guest/layout/src/limits.rs.

const std = @import("std");
const types = @import("types.zig");

/// Maximum number of core parameters of a function.
pub const max_core_parameters = 16;

/// Maximum size of the parameters and the result of a function on Go's stack, in bytes.
pub const max_go_frame_bytes = 128;

const register_bytes = 8;

/// A compile error if the function `name` is beyond the limits.
pub fn check(comptime name: []const u8, comptime P: []const type, comptime has_result: bool) void {
    var bytes: usize = 0;
    var core_parameters: usize = 0;
    for (P) |T| {
        const size = goBytes(T);
        bytes = std.mem.alignForward(usize, bytes, @min(size, register_bytes)) + size;
        core_parameters += types.cores(T).?.len;
    }
    bytes = std.mem.alignForward(usize, bytes, register_bytes);
    if (has_result) bytes += register_bytes;
    const remedy = "pass a pointer to an extern struct";
    if (bytes > max_go_frame_bytes) @compileError(std.fmt.comptimePrint(
        "`{s}`: its parameters and its result take {d} bytes on Go's stack (a string or a list 16), where a function has at most {d}: {s}",
        .{ name, bytes, max_go_frame_bytes, remedy },
    ));
    if (core_parameters > max_core_parameters) @compileError(std.fmt.comptimePrint(
        "`{s}`: {d} core parameters (a string or a list takes two), and at most {d} are possible: {s}",
        .{ name, core_parameters, max_core_parameters, remedy },
    ));
}

/// The size of a parameter on Go's stack, in bytes. Addresses have 64 bits there.
fn goBytes(comptime T: type) usize {
    return switch (T) {
        bool, i32, u32, f32 => @sizeOf(T),
        else => if (types.cores(T).?.len == 2) 16 else 8,
    };
}
