// EXPECT: a result of type struct_by_value.Point cannot be passed between plugin and host: pass a pointer to it, and make it an extern struct
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

const Point = extern struct { x: i32 };

pub fn origin() Point {
    return .{ .x = 0 };
}
