// EXPECT: `print`: parameter 1 is generic: give it a type
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn print(value: anytype) void {
    _ = value;
}
