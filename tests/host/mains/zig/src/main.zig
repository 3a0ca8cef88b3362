//! A plugin whose `main` sets a value, then returns an error if the environment has `MAIN=error`
//! and the status 3 if it has `MAIN=status`.

const std = @import("std");

var n: i32 = 0;

export fn get() i32 {
    return n;
}

pub fn main() !u8 {
    n = 20;
    if (isSet("MAIN=error")) return error.No;
    return if (isSet("MAIN=status")) 3 else 0;
}

fn isSet(variable: []const u8) bool {
    var variables: [8][*:0]u8 = undefined;
    var bytes: [256]u8 = undefined;
    var count: usize = 0;
    var size: usize = 0;
    const wasi = std.os.wasi;
    if (wasi.environ_sizes_get(&count, &size) != .SUCCESS) @panic("environment");
    if (count > variables.len or size > bytes.len) @panic("too large an environment");
    if (wasi.environ_get(&variables, &bytes) != .SUCCESS) @panic("environment");
    for (variables[0..count]) |text| {
        if (std.mem.eql(u8, std.mem.span(text), variable)) return true;
    }
    return false;
}
