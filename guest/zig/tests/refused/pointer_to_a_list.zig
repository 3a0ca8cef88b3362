// EXPECT: cannot cross: a string or a list crosses by itself, without a pointer
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn invert(image: *const polyreactor.Bytes) u32 {
    return @intCast(image.items.len);
}
