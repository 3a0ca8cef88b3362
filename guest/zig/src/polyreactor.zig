//! Guest package for Polyreactor plugins in Zig: exports and imports functions with strings, lists,
//! records and bools.
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
//! Types of parameters: `bool`, `i32`, `u32`, `i64`, `u64`, `f32`, `f64`, `[]const u8` (a string),
//! `[]const T` of bools or of other numbers from 8 to 64 bits (a list), `Bytes` (a list of u8),
//! `*T` and `*const T` to a number, a bool, an array or an `extern struct` of these. A function
//! returns nothing, one of these types, or an error union of these; an error is a panic that names
//! the function. Any other type is a compile error with a remedy.
//!
//! The memory of a string, a list, or a value behind a pointer that an export returns has to stay
//! unchanged until the next call: use a literal, a global, or `allocator`.
//!
//! Arguments from the host are checked in all build modes. Each of these is a panic that names the
//! export: a bool other than 0 and 1, also in a list or behind a pointer; a pointer or a list that
//! is null, misaligned or out of bounds; a string that is out of bounds or not UTF-8.
//!
//! A plain `export fn` can be used too. Its parameters are the core values, which `string`, `list`,
//! `pointer` and `boolean` convert and check. A plugin that imports this package exports
//! `polyreactor_alloc` and `polyreactor_free`, with which the host allocates guest memory.

const std = @import("std");
const blocks = @import("blocks.zig");
const calls = @import("calls.zig");
const shim = @import("shim.zig");
const reflect = @import("reflect.zig");
const types = @import("types.zig");

/// A `list<u8>` of a contract, whose `.items` are the bytes. A `[]const u8` is a string, which has
/// to be UTF-8; lists of other numbers and of bools are slices, such as `[]const f32`.
pub const Bytes = types.Bytes;

/// Exports each public function of a container under its name, as `exportAs` does; usually
/// `exportAll(@This())`. Functions that are exported already (`pub export fn`), and functions
/// called `main` or `panic`, are left as they are.
pub fn exportAll(comptime Plugin: type) void {
    for (reflect.declarations(Plugin)) |name| {
        const value = @field(Plugin, name);
        if (@typeInfo(@TypeOf(value)) != .@"fn" or !reflect.isPlain(@TypeOf(value))) continue;
        // Zig itself looks for these in the root file.
        if (std.mem.eql(u8, name, "panic") or std.mem.eql(u8, name, "main")) continue;
        exportAs(name, value);
    }
}

/// Exports a function under a given name: `exportAs("do-it", doIt)`.
///
/// The linker's symbol of the export is `polyreactor-export:do-it`, so that an export named `exp`
/// or `read` does not replace the function of compiler-rt or libc. `build-guests` and `patch`
/// rename the export to `do-it`; a module that zig alone has built still exports the symbol
/// (CONVENTION, R013).
pub fn exportAs(comptime name: []const u8, comptime function: anytype) void {
    if (blocks.is_wasm) @export(&shim.Export(name, function).made, .{ .name = symbol_prefix ++ name });
}

/// As in guest/layout/src/lib.rs.
const symbol_prefix = "polyreactor-export:";

/// Imports the host function `name` from `module`:
///
/// ```
/// const log = polyreactor.import("host", "log", fn (message: []const u8) void);
/// ```
///
/// Parameters and results have the types of exported functions, but a host function cannot return a
/// pointer. A string or list result is valid until the next outermost call of an export begins. A
/// result that is no valid bool, or no valid string or list in a block of `polyreactor_alloc` of
/// exactly its size, is a panic that names the function. Natively each call panics.
pub fn import(comptime module: []const u8, comptime name: []const u8, comptime F: type) F {
    return shim.Import(module, name, F).made;
}

/// An allocator whose memory is freed when the next call of an export begins, so that it can be
/// used for results. A call that is nested in another one, by a host function that calls back,
/// frees nothing. Plain `export fn`s free nothing either.
pub fn allocator() std.mem.Allocator {
    return calls.allocator();
}

/// Formats a string by `std.fmt` into memory of `allocator`. Panics if there is not enough memory.
pub fn format(comptime template: []const u8, arguments: anytype) []const u8 {
    // Counted first: `allocPrint` grows its buffer step by step, and the arena would keep each step
    // until the next call.
    const size: usize = @intCast(std.fmt.count(template, arguments));
    const text = calls.allocator().alloc(u8, size) catch @panic("out of memory");
    return std.fmt.bufPrint(text, template, arguments) catch unreachable;
}

/// Converts the address and the length in bytes that a plain `export fn` gets to a string. Panics,
/// naming `name`, if it is out of bounds or not UTF-8.
pub fn string(comptime name: []const u8, address: u32, len: u32) []const u8 {
    return shim.lift([]const u8, .{ .name = name }, .{ @as(i32, @bitCast(address)), @as(i32, @bitCast(len)) }, 0);
}

/// Converts the address and the number of elements that a plain `export fn` gets to a list, as in
/// `list("sum", []const f32, address, count)`; for a list of u8, `List` is `Bytes`. Panics, naming
/// `name`, if it is null, misaligned or out of bounds, or contains a bool other than 0 and 1.
pub fn list(comptime name: []const u8, comptime List: type, address: u32, count: u32) List {
    return shim.lift(List, .{ .name = name }, .{ @as(i32, @bitCast(address)), @as(i32, @bitCast(count)) }, 0);
}

/// Converts a string to the result of a plain `export fn`: the address in the high half of an i64,
/// the length in the low half. The string has to stay unchanged until the next call: use a literal,
/// a global, or `allocator`. Panics, naming `name`, if it is not UTF-8.
pub fn result(comptime name: []const u8, text: []const u8) i64 {
    return shim.lower([]const u8, name, text)[0];
}

/// Converts a list to the result of a plain `export fn`: the address in the high half of an i64,
/// the number of elements in the low half. The list has to stay unchanged until the next call.
pub fn listResult(comptime name: []const u8, comptime List: type, items: List) i64 {
    return shim.lower(List, name, items)[0];
}

/// Converts the address that a plain `export fn` gets to a pointer, as in
/// `pointer("bump", *i32, address)`. Panics, naming `name`, if it is null, misaligned or out of
/// bounds, or if a bool behind it is neither 0 nor 1.
pub fn pointer(comptime name: []const u8, comptime Pointer: type, address: u32) Pointer {
    return shim.lift(Pointer, .{ .name = name }, .{@as(i32, @bitCast(address))}, 0);
}

/// Converts the i32 that a plain `export fn` gets to a bool. Panics, naming `name`, if it is
/// neither 0 nor 1.
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
