// EXPECT: `paint`: parameter 2 of type u8 cannot cross: a number by itself is i32, u32, i64 or u64
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn paint(x: u32, red: u8) void {
    _ = x;
    _ = red;
}
