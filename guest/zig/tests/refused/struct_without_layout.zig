// EXPECT: `move`: parameter 1 of type *struct_without_layout.Point cannot be passed between plugin and host: a pointer points to a number
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

const Point = struct { x: i32 };

pub fn move(p: *Point) void {
    p.x += 1;
}
