// EXPECT: cannot be passed between plugin and host: pass a string or a list by itself, without a pointer
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn invert(image: *const polyreactor.Bytes) u32 {
    return @intCast(image.items.len);
}
