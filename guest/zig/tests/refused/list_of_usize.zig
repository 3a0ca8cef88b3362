// EXPECT: `sizes`: a result of type []const usize cannot be passed between plugin and host: a list is a []const T of numbers
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn sizes() []const usize {
    return &.{1};
}
