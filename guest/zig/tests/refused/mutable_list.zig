// EXPECT: `clear`: parameter 1 of type []f32 cannot be passed between plugin and host: a list is a []const f32
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn clear(items: []f32) void {
    items[0] = 0;
}
