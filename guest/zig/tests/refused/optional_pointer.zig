// EXPECT: cannot be passed between plugin and host: a pointer is never null
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn maybe(p: ?*i32) void {
    p.?.* = 1;
}
