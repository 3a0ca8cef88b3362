// EXPECT: `host.names`: a result of type []const []const u8 cannot be passed between plugin and host
const polyreactor = @import("polyreactor");

const names = polyreactor.import("host", "names", fn () []const []const u8);

export fn first() u32 {
    return @intCast(names()[0].len);
}
