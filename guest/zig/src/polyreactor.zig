//! What a Zig plugin links with, so that strings, records and bools can cross between it and
//! its host.
//!
//! ```
//! const polyreactor = @import("polyreactor");
//!
//! comptime {
//!     polyreactor.exportAll(@This());
//! }
//!
//! pub fn greet(name: []const u8) []const u8 {
//!     return polyreactor.format("hello {s}", .{name});
//! }
//! ```
//!
//! What a function may take: `bool`, `i32`, `u32`, `i64`, `u64`, `f32`, `f64`, `[]const u8` (a
//! string), `[]const T` of bools or of other numbers from 8 to 64 bits (a list), `Bytes` (a list of
//! u8), `*T` and `*const T` to a number, a bool, an array or an `extern struct` of these.
//! What it may return: nothing, or one of these; an error union of it as well, where an error is a
//! panic. Anything else is a compile error that says so. What lies behind a pointer that is
//! returned has to stay until the next call, as a string or a list has.
//!
//! What the host passes is checked in all build modes. A bool other than 0 and 1, there, in a list
//! or behind a pointer, a pointer or a list that is null, misaligned or out of bounds, a string that
//! is out of bounds or isn't UTF-8 end in a panic that names the export.
//!
//! Plain `export fn` works beside it, for numbers and for what is passed raw. Importing this
//! package exports `polyreactor_alloc` and `polyreactor_free`, with which the host makes room
//! for what it passes.

const std = @import("std");
const blocks = @import("blocks.zig");
const calls = @import("calls.zig");
const shim = @import("shim.zig");
const reflect = @import("reflect.zig");
const types = @import("types.zig");

/// `list<u8>` of a contract: `.items` are the bytes. Zig's `[]const u8` is a string, which has to
/// be UTF-8; lists of other numbers and of bools are plain slices, `[]const f32`.
pub const Bytes = types.Bytes;

/// Exports each public function of a container by its name, as `exportAs` does; usually
/// `exportAll(@This())`. Those that are exported already (`pub export fn`) stay as they are.
pub fn exportAll(comptime Plugin: type) void {
    for (reflect.declarations(Plugin)) |name| {
        const value = @field(Plugin, name);
        if (@typeInfo(@TypeOf(value)) != .@"fn" or !reflect.isPlain(@TypeOf(value))) continue;
        // What Zig itself looks for in the root file.
        if (std.mem.eql(u8, name, "panic") or std.mem.eql(u8, name, "main")) continue;
        exportAs(name, value);
    }
}

/// Exports a function by another name than its own: `exportAs("do-it", doIt)`.
///
/// To the linker the export is called `polyreactor-export:do-it`, so that it takes no other
/// function's place, such as compiler-rt's `exp` or libc's `read`. `build-guests` and `patch` give
/// it its own name; a module that zig has built by itself still has the linker's (CONVENTION,
/// R013).
pub fn exportAs(comptime name: []const u8, comptime function: anytype) void {
    if (blocks.is_wasm) @export(&shim.Export(name, function).made, .{ .name = symbol_prefix ++ name });
}

/// As in guest/layout/src/lib.rs.
const symbol_prefix = "polyreactor-export:";

/// A function of the host's, of the module that it imports:
///
/// ```
/// const log = polyreactor.import("host", "log", fn (message: []const u8) void);
/// ```
///
/// What it may take and return is what an exported function may, but no pointer is returned. A
/// string or a list that it returns is the plugin's until the running call ends. A result that is
/// no bool, or no string or list in the plugin's memory, is a panic that names the function.
pub fn import(comptime module: []const u8, comptime name: []const u8, comptime F: type) F {
    return shim.Import(module, name, F).made;
}

/// Memory that is freed by itself: what is taken here lives until the next call of an export
/// of this package's, so that a result may lie in it. Where the host function that an export
/// has called calls another export, the outermost one decides.
pub fn allocator() std.mem.Allocator {
    return calls.allocator();
}

/// A string made by `std.fmt`, which lives as long as what `allocator` gives. Panics where
/// there is no memory.
pub fn format(comptime template: []const u8, arguments: anytype) []const u8 {
    // Counted first: `allocPrint` grows piece by piece, and the pieces would stay until the call
    // has ended.
    const size: usize = @intCast(std.fmt.count(template, arguments));
    const text = calls.allocator().alloc(u8, size) catch @panic("out of memory");
    return std.fmt.bufPrint(text, template, arguments) catch unreachable;
}

/// A string as a plain `export fn` gets it: address and length. Panics, naming `name`, where
/// it is out of bounds or isn't UTF-8.
pub fn string(comptime name: []const u8, address: u32, len: u32) []const u8 {
    return shim.lift([]const u8, .{ .name = name }, .{ @as(i32, @bitCast(address)), @as(i32, @bitCast(len)) }, 0);
}

/// A list as a plain `export fn` gets it: address and number of elements, as `list("sum", []const
/// f32, address, count)`; `Bytes` for a list of u8. Panics, naming `name`, where it is null,
/// misaligned or out of bounds, or holds a bool other than 0 and 1.
pub fn list(comptime name: []const u8, comptime List: type, address: u32, count: u32) List {
    return shim.lift(List, .{ .name = name }, .{ @as(i32, @bitCast(address)), @as(i32, @bitCast(count)) }, 0);
}

/// A string as the result of a plain `export fn`: pointer in the high half of an i64, length
/// in the low half. It has to stay until the next call: a literal, a global, or `allocator`'s.
pub fn result(comptime name: []const u8, text: []const u8) i64 {
    return shim.lower([]const u8, name, text)[0];
}

/// A list as the result of a plain `export fn`: address in the high half of an i64, number of
/// elements in the low half. It has to stay until the next call, as a string has.
pub fn listResult(comptime name: []const u8, comptime List: type, items: List) i64 {
    return shim.lower(List, name, items)[0];
}

/// An address as a plain `export fn` gets it, as a pointer: `pointer("bump", *i32, address)`.
/// Panics, naming `name`, where it is null, misaligned or out of bounds.
pub fn pointer(comptime name: []const u8, comptime Pointer: type, address: u32) Pointer {
    return shim.lift(Pointer, .{ .name = name }, .{@as(i32, @bitCast(address))}, 0);
}

/// A bool as a plain `export fn` gets it. Panics, naming `name`, where it is neither 0 nor 1.
pub fn boolean(comptime name: []const u8, value: i32) bool {
    return shim.lift(bool, .{ .name = name }, .{value}, 0);
}

comptime {
    if (blocks.is_wasm) {
        @export(&blocks.alloc, .{ .name = "polyreactor_alloc" });
        @export(&blocks.free, .{ .name = "polyreactor_free" });
    }
}

test {
    _ = @import("tests.zig");
}
