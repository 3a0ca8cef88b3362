//! The guest whose standard error zig-*.txt records: `crash` is called with each number in a new instance.
const std = @import("std");
export fn crash(which: i32) void {
    switch (which) {
        0 => @panic("no way"),
        1 => @panic("one\ntwo"),
        2 => @panic(""),
        3 => { var a: [3]u8 = undefined; a[@intCast(which + 2)] = 1; std.mem.doNotOptimizeAway(&a); },
        4 => { const x: ?i32 = null; var y = x; _ = &y; std.mem.doNotOptimizeAway(y.?); },
        5 => { var a: i32 = 2147483647; _ = &a; std.mem.doNotOptimizeAway(a + which); },
        6 => { fails() catch |e| { std.debug.panic("failed: {s}", .{@errorName(e)}); }; },
        7 => { var e: anyerror!void = error.Foo; _ = &e; e catch unreachable; },
        8 => std.debug.panic("one\n\nthree\n", .{}),
        9 => { unfinished(); @panic("after a piece"); },
        10 => { var p: usize = 1; _ = &p; const q: *u32 = @ptrFromInt(p); std.mem.doNotOptimizeAway(q.*); },
        11 => unreachable,
        12 => std.debug.assert(which == 13),
        else => {},
    }
}
fn fails() !void { return error.Oops; }
fn unfinished() void {
    const wasi = std.os.wasi;
    const from = [_]wasi.ciovec_t{.{ .base = "unfinished ", .len = 11 }};
    var count: usize = 0;
    _ = wasi.fd_write(2, &from, 1, &count);
}
