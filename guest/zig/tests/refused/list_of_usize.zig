// EXPECT: `sizes`: a result of type []const usize cannot cross: a list that crosses is a []const T of numbers
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn sizes() []const usize {
    return &.{1};
}
