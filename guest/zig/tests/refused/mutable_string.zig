// EXPECT: `upper`: parameter 1 of type []u8 cannot be passed between plugin and host: a string is a []const u8
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn upper(text: []u8) void {
    text[0] = 0;
}
