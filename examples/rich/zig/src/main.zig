//! A plugin that uses every type of a contract: bools, strings and lists as parameters and
//! results, a pointer to a number, pointers to records.

const std = @import("std");
const polyreactor = @import("polyreactor");

// Exports each `pub fn` of this file, with checks of the arguments that the host passes.
comptime {
    polyreactor.exportAll(@This());
}

/// Host functions.
const host = struct {
    const log = polyreactor.import("host", "log", fn (message: []const u8) void);
    const name = polyreactor.import("host", "name", fn () []const u8);
    const flip = polyreactor.import("host", "flip", fn (b: bool) bool);
    const scale = polyreactor.import("host", "scale", fn (p: *Point, by: f64) void);
    const bump = polyreactor.import("host", "bump", fn (p: *i32) void);
    const sorted = polyreactor.import("host", "sorted", fn (numbers: []const f64) []const f64);
};

/// A record. `extern` gives it the layout of C, which the host expects.
const Point = extern struct { x: i32, y: f64 };

/// A record that contains another record, an array and a bool by value: a record has no pointers.
const Shape = extern struct { origin: Point, sides: [4]f64, filled: bool };

pub fn flip(b: bool) bool {
    return !b;
}

/// `polyreactor.format` allocates the result; the package frees it when the next call begins.
pub fn greet(name: []const u8) []const u8 {
    return polyreactor.format("hello {s}", .{name});
}

/// Adds 1 to a number in guest memory, which the host reads after the call.
pub fn bump(p: *i32) void {
    p.* +%= 1;
}

pub fn scale(p: *Point, by: f64) void {
    // Truncates, saturates and converts NaN to 0, as Rust's `as` does. @intFromFloat would panic.
    const x = @as(f64, @floatFromInt(p.x)) * by;
    p.x = if (std.math.isNan(x)) 0 else std.math.lossyCast(i32, x);
    p.y *= by;
}

/// Reads a record. The perimeter of a filled shape is 0.
pub fn perimeter(p: *const Shape) f64 {
    if (p.filled) return 0;
    var total: f64 = 0;
    for (p.sides) |side| total += side;
    return total;
}

/// Returns the negative of an image. `list<u8>` is polyreactor.Bytes, because []const u8 is a
/// string. Memory of polyreactor.allocator() is freed by the package when the next call begins.
pub fn invert(image: polyreactor.Bytes) polyreactor.Bytes {
    const inverted = polyreactor.allocator().dupe(u8, image.items) catch @panic("out of memory");
    for (inverted) |*byte| byte.* = ~byte.*;
    return .{ .items = inverted };
}

/// Calls two host functions: `name`, and `log` with a line that contains the name.
pub fn introduce() []const u8 {
    const message = polyreactor.format("run by {s}", .{host.name()});
    host.log(message);
    return message;
}

/// Returns `b`: the host function `flip` negates it twice.
pub fn agree(b: bool) bool {
    return host.flip(host.flip(b));
}

/// Passes a pointer to a number to the host function `bump`, which adds 1 to the number.
pub fn next(number: i32) i32 {
    var bumped = number;
    host.bump(&bumped);
    return bumped;
}

/// Returns the middle one of the numbers, which the host function `sorted` sorts, or NaN for an
/// empty list.
pub fn median(numbers: []const f64) f64 {
    if (numbers.len == 0) return std.math.nan(f64);
    return host.sorted(numbers)[numbers.len / 2];
}

/// Passes the inner record to the host function `scale`, and scales the sides itself.
pub fn stretch(p: *Shape, by: f64) void {
    host.scale(&p.origin, by);
    for (&p.sides) |*side| side.* *= by;
}

// `zig test` runs natively, without a host: it can test functions that call no host function.
test scale {
    var p: Point = .{ .x = 1, .y = 2.5 };
    scale(&p, 2);
    try std.testing.expectEqual(Point{ .x = 2, .y = 5 }, p);
}
