//! Exports that have the names of functions of libc or compiler-rt, and exports that call those
//! functions.

const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

const host = struct {
    const read = polyreactor.import("host", "read", fn (fd: i32) i32);
    const exp = polyreactor.import("host", "exp", fn (x: f64) f64);
};

pub fn open(path: []const u8) i32 {
    return @as(i32, @intCast(path.len)) + 1000;
}

pub fn read(fd: i32) i32 {
    return host.read(fd) + 1000;
}

pub fn write(fd: i32) i32 {
    return fd + 2000;
}

pub fn close(fd: i32) bool {
    return fd == 7;
}

pub fn log(x: f64) f64 {
    return x + 1000;
}

pub fn exp(x: f64) f64 {
    return x + 2000;
}

pub fn fmod(x: f64, y: f64) f64 {
    return x + y;
}

pub fn time() i64 {
    return 1000;
}

pub fn div(a: i32, b: i32) i32 {
    return a - b;
}

pub fn malloc(size: u32) u32 {
    return size + 1000;
}

pub fn memcpy(to: i32, from: i32) i32 {
    return to - from;
}

pub fn strlen(text: []const u8) u32 {
    return @as(u32, @intCast(text.len)) + 1000;
}

pub fn natural(x: f64) f64 {
    return @exp(x);
}

pub fn logarithm(x: f64) f64 {
    return @log(x);
}

pub fn remainder(x: f64, y: f64) f64 {
    return @rem(x, y);
}

pub fn repeated(text: []const u8, times: u32) ![]const u8 {
    const all = try polyreactor.allocator().alloc(u8, text.len * times);
    for (0..times) |number| @memcpy(all[number * text.len ..][0..text.len], text);
    return all;
}

pub fn greeted(x: f64) f64 {
    return host.exp(x) + @exp(x);
}
