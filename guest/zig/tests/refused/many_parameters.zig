// EXPECT: `long`: 17 core parameters (a string or a list takes two), and at most 16 are possible
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn long(a: []const u8, b: bool, c: bool, d: bool, e: bool, f: bool, g: bool, h: i32, i: i32, j: i32, k: i32, l: i32, m: i32, n: i32, o: i32, p: i32) void {
    _ = .{ a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p };
}
