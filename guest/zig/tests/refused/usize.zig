// EXPECT: `length`: parameter 1 of type usize cannot be passed between plugin and host: its size depends on the machine: write u32, i32, u64 or i64
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

pub fn length(count: usize) void {
    _ = count;
}
