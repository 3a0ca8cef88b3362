// EXPECT: `long`: its parameters and its result take 136 bytes on Go's stack (a string or a list 16), where a function has at most 128
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

const S = []const u8;

pub fn long(a: S, b: S, c: S, d: S, e: S, f: S, g: S, h: *i32, i: bool) bool {
    _ = .{ a, b, c, d, e, f, g, h };
    return i;
}
