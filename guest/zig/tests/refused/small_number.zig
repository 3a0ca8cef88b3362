// EXPECT: `paint`: parameter 2 of type u8 cannot be passed between plugin and host: an integer passed by value is i32, u32, i64 or u64
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn paint(x: u32, red: u8) void {
    _ = x;
    _ = red;
}
