// EXPECT: `long`: 18 parameters as they cross (a string counts as two), and 16 are the most
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

const S = []const u8;

pub fn long(a: S, b: S, c: S, d: S, e: S, f: S, g: S, h: S, i: S) void {
    _ = .{ a, b, c, d, e, f, g, h, i };
}
