//! Panic messages: the host reports the author's text, however Zig's std formats it.
//!
//! BUILD: debug -ODebug
//! BUILD: safe -OReleaseSafe
//! BUILD: stripped -OReleaseSafe -fstrip
//! CALLS: crash(0) = 0
//! PANICS: crash(1) = "no way"
//! PANICS: crash(2) = "one\ntwo"
//! PANICS: crash(3) = "one\n\nthree"
//! PANICS: crash(4) = "index out of bounds: index 5, len 3"
//! PANICS: crash(5) = "failed: Oops"
//! PANICS: crash(6) = "attempt to unwrap error: Oops"
//! PANICS: crash(7) = "after a piece"
//! PANICS: crash(8) = "reached unreachable code"
//! QUOTES: crash(9) = "fatal words"
//! QUOTES: crash(10) = "panic: caught"

const std = @import("std");

export fn crash(which: i32) i32 {
    switch (which) {
        1 => @panic("no way"),
        2 => @panic("one\ntwo"),
        3 => std.debug.panic("one\n\nthree\n", .{}),
        4 => {
            var numbers: [3]u8 = undefined;
            numbers[@intCast(which + 1)] = 1;
            return numbers[0];
        },
        5 => fails() catch |e| std.debug.panic("failed: {s}", .{@errorName(e)}),
        6 => fails() catch unreachable,
        7 => {
            const wasi = std.os.wasi;
            const from = [_]wasi.ciovec_t{.{ .base = "working… ", .len = 11 }};
            var count: usize = 0;
            _ = wasi.fd_write(2, &from, 1, &count);
            @panic("after a piece");
        },
        8 => unreachable,
        9 => {
            std.debug.print("fatal words\n", .{});
            std.os.wasi.proc_exit(1);
        },
        10 => {
            std.debug.print("panic: caught\nwent on\n", .{});
            @trap();
        },
        else => {},
    }
    return 0;
}

fn fails() !void {
    return error.Oops;
}
