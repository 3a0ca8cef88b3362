// EXPECT: `total`: parameter 1 of type []const slice.Point cannot be passed between plugin and host: a list is a []const T of numbers
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

const Point = extern struct { x: i32 };

pub fn total(points: []const Point) i32 {
    return points[0].x;
}
