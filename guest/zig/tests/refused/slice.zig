// EXPECT: `total`: parameter 1 of type []const i32 cannot cross: only []const u8 crosses as a slice
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn total(numbers: []const i32) i32 {
    return numbers[0];
}
