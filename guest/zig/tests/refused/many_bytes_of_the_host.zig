// EXPECT: `host.long`: its parameters and its result take 136 bytes on Go's stack (a string or a list 16), where a function has at most 128
const polyreactor = @import("polyreactor");

const S = []const u8;

const long = polyreactor.import("host", "long", fn (a: S, b: S, c: S, d: S, e: S, f: S, g: S, h: S) u32);

export fn first() u32 {
    return long("", "", "", "", "", "", "", "");
}
