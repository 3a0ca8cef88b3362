//! Every kind of value that crosses between a plugin and its host: bools, strings and lists both
//! ways, a pointer to a number, a pointer to a record.

const std = @import("std");
const polyreactor = @import("polyreactor");

// Each `pub fn` below is an export of the plugin, with checks of what the host passes.
comptime {
    polyreactor.exportAll(@This());
}

/// What the host offers.
const host = struct {
    const log = polyreactor.import("host", "log", fn (message: []const u8) void);
    const name = polyreactor.import("host", "name", fn () []const u8);
    const flip = polyreactor.import("host", "flip", fn (b: bool) bool);
    const scale = polyreactor.import("host", "scale", fn (p: *Point, by: f64) void);
    const bump = polyreactor.import("host", "bump", fn (p: *i32) void);
    const sorted = polyreactor.import("host", "sorted", fn (numbers: []const f64) []const f64);
};

/// `extern`: laid out as the host lays it out.
const Point = extern struct { x: i32, y: f64 };

/// It holds another record, an array and a bool, each in its place: no pointers.
const Shape = extern struct { origin: Point, sides: [4]f64, filled: bool };

pub fn flip(b: bool) bool {
    return !b;
}

/// The memory of the result is freed by itself, when the next call begins.
pub fn greet(name: []const u8) []const u8 {
    return polyreactor.format("hello {s}", .{name});
}

/// Changes a number in memory that the host gets back after the call.
pub fn bump(p: *i32) void {
    p.* +%= 1;
}

pub fn scale(p: *Point, by: f64) void {
    // Truncated, and kept to the range, as Rust's `as` does; @intFromFloat alone would panic.
    const x = @as(f64, @floatFromInt(p.x)) * by;
    p.x = if (std.math.isNan(x)) 0 else std.math.lossyCast(i32, x);
    p.y *= by;
}

/// Reads a record; what is filled has no perimeter.
pub fn perimeter(p: *const Shape) f64 {
    if (p.filled) return 0;
    var total: f64 = 0;
    for (p.sides) |side| total += side;
    return total;
}

/// The negative of an image. `list<u8>` is polyreactor.Bytes, because []const u8 is a string; the
/// memory of the result is freed by itself.
pub fn invert(image: polyreactor.Bytes) polyreactor.Bytes {
    const inverted = polyreactor.allocator().dupe(u8, image.items) catch @panic("out of memory");
    for (inverted) |*byte| byte.* = ~byte.*;
    return .{ .items = inverted };
}

/// Asks the host for its name and has it log a line.
pub fn introduce() []const u8 {
    const message = polyreactor.format("run by {s}", .{host.name()});
    host.log(message);
    return message;
}

/// Is what it is passed: the host flips it twice.
pub fn agree(b: bool) bool {
    return host.flip(host.flip(b));
}

/// Has the host write to a number of the plugin's.
pub fn next(number: i32) i32 {
    var bumped = number;
    host.bump(&bumped);
    return bumped;
}

/// The number in the middle, or NaN of nothing; the host sorts.
pub fn median(numbers: []const f64) f64 {
    if (numbers.len == 0) return std.math.nan(f64);
    return host.sorted(numbers)[numbers.len / 2];
}

/// Hands the record inside of the record on to the host, and does the rest itself.
pub fn stretch(p: *Shape, by: f64) void {
    host.scale(&p.origin, by);
    for (&p.sides) |*side| side.* *= by;
}

// `zig test` runs natively, where there is no host: functions that need none can be tested.
test scale {
    var p: Point = .{ .x = 1, .y = 2.5 };
    scale(&p, 2);
    try std.testing.expectEqual(Point{ .x = 2, .y = 5 }, p);
}
