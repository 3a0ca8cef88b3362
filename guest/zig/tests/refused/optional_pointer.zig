// EXPECT: cannot cross: a pointer that crosses is never null
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn maybe(p: ?*i32) void {
    p.?.* = 1;
}
