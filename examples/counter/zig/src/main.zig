//! A counter: a plugin whose state lasts from one call to the next.

const std = @import("std");

/// The current count.
var s: i32 = 0;

/// The host calls this once, before any other export.
export fn _initialize() void {
    s = 20;
    std.debug.print("s = {d}\n", .{s});
}

export fn add(a: i32, b: i32) i32 {
    return a +% b;
}

export fn inc(by: i32) i32 {
    s +%= by;
    return s;
}
