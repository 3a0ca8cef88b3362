// EXPECT: `host.join`: parameter 1 of type []const []const u8 cannot be passed between plugin and host: a list is a []const T of numbers
const polyreactor = @import("polyreactor");

const join = polyreactor.import("host", "join", fn (words: []const []const u8) u32);

export fn first() u32 {
    return join(&.{"a"});
}
