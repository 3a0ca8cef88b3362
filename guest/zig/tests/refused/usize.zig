// EXPECT: `length`: parameter 1 of type usize cannot cross: its size is the machine's: write u32, i32, u64 or i64
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn length(count: usize) void {
    _ = count;
}
