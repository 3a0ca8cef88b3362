// EXPECT: `long`: 17 parameters as they cross (a string or a list counts as two), and 16 are the most
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn long(a: []const u8, b: bool, c: bool, d: bool, e: bool, f: bool, g: bool, h: i32, i: i32, j: i32, k: i32, l: i32, m: i32, n: i32, o: i32, p: i32) void {
    _ = .{ a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p };
}
