// EXPECT: a string is a []const u8, and bytes are a polyreactor.Bytes
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn invert(image: []u8) void {
    image[0] = 255 - image[0];
}
