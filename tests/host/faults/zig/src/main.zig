//! The plugin `faults` in Zig: an export for each way in which a guest can fail, and for each
//! situation of the rules B001 to B014.

const std = @import("std");
const polyreactor = @import("polyreactor");

/// Returns 42: shows that the instance is not poisoned.
export fn alive() i32 {
    return 42;
}

/// Panics with a message.
export fn panics(number: i32) void {
    var text: [32]u8 = undefined;
    @panic(std.fmt.bufPrint(&text, "no way {d}", .{number}) catch unreachable);
}

/// Traps by a read out of bounds, without a message.
export fn traps() u64 {
    const wild: *align(1) const volatile u64 = @ptrFromInt(0xffff_ffff);
    return wild.*;
}

/// Exits with the given status.
export fn exits(status: i32) void {
    std.os.wasi.proc_exit(@bitCast(status));
}

/// Runs a loop without end.
export fn spins() void {
    var count: u32 = 0;
    const kept: *volatile u32 = &count;
    while (true) kept.* +%= 1;
}

/// Sleeps that long and returns the argument.
export fn sleeps(milliseconds: i32) i32 {
    const wasi = std.os.wasi;
    const subscription: wasi.subscription_t = .{
        .userdata = 7,
        .u = .{ .tag = .CLOCK, .u = .{ .clock = .{
            .id = .MONOTONIC,
            .timeout = @as(u64, @intCast(milliseconds)) * std.time.ns_per_ms,
            .precision = 0,
            .flags = 0,
        } } },
    };
    var event: wasi.event_t = undefined;
    var count: usize = 0;
    if (wasi.poll_oneoff(&subscription, &event, 1, &count) != .SUCCESS) @panic("poll_oneoff");
    if (count != 1 or event.userdata != 7) @panic("another event");
    return milliseconds;
}

/// Reads standard input to its end and returns the number of bytes.
export fn reads() i32 {
    const wasi = std.os.wasi;
    var bytes: [4096]u8 = undefined;
    var total: usize = 0;
    while (true) {
        var count: usize = 0;
        const into = [_]wasi.iovec_t{.{ .base = &bytes, .len = bytes.len }};
        if (wasi.fd_read(0, &into, 1, &count) != .SUCCESS) @panic("standard input");
        if (count == 0) return @intCast(total);
        total += count;
    }
}

/// Recurses without end.
export fn recurses() i32 {
    return down(0);
}

fn down(depth: i32) i32 {
    var block: [16]i32 = undefined;
    const kept: *volatile [16]i32 = &block;
    kept[3] = depth;
    return down(depth +% 1) +% kept[3];
}

/// Recurses to the given depth and returns it.
export fn descends(depth: i32) i32 {
    return descend(depth);
}

noinline fn descend(depth: i32) i32 {
    if (depth == 0) return 0;
    var deeper: i32 = depth - 1;
    const kept: *volatile i32 = &deeper;
    return descend(kept.*) + 1;
}

/// Allocates memory without end.
export fn hoards() void {
    while (true) {
        const block = std.heap.page_allocator.alloc(u8, 1 << 20) catch @panic("out of memory");
        @memset(block, 1);
    }
}

/// Tries to grow the memory by 1 GiB; returns 1 if that failed, without a panic.
export fn makes_do() i32 {
    // 1 GiB in pages of 64 KiB. `memory.grow` itself, because std's allocator panics at that size.
    return @intFromBool(@wasmMemoryGrow(0, 1 << 14) == -1);
}

/// As `makes_do`, then exits with status 9.
export fn makes_do_and_exits() void {
    _ = makes_do();
    std.os.wasi.proc_exit(9);
}

/// Writes that many lines of 64 bytes to stdout and returns their number.
export fn prints(lines: i32) i32 {
    const wasi = std.os.wasi;
    const line = "x" ** 63 ++ "\n";
    var left = lines;
    while (left > 0) : (left -= 1) {
        const from = [_]wasi.ciovec_t{.{ .base = line, .len = line.len }};
        var count: usize = 0;
        if (wasi.fd_write(1, &from, 1, &count) != .SUCCESS) @panic("output");
    }
    return lines;
}

/// The time and a random number, combined by XOR.
export fn fingerprint() i64 {
    const wasi = std.os.wasi;
    var random: [8]u8 = undefined;
    _ = wasi.random_get(&random, random.len);
    var time: wasi.timestamp_t = 0;
    _ = wasi.clock_time_get(.REALTIME, 1, &time);
    return @bitCast(std.mem.readInt(u64, &random, .little) ^ time);
}

/// Whether the guest can read a file: 0 is in the granted directory; 1 to 3 lead to a file outside
/// of it, by `..`, by an absolute path and by a symbolic link.
export fn opens(which: i32) i32 {
    const paths = [_][]const u8{ "in.txt", "../secret.txt", "/secret.txt", "link" };
    return open(paths[@intCast(which)], .{}, .{ .FD_READ = true });
}

/// Returns the first byte of the file at the path with that number; -1 if there is no such file.
export fn finds(which: i32) i32 {
    const paths = [_][]const u8{
        "in.txt",
        "./in.txt",
        "/in.txt",
        "/data/in.txt",
        "data/in.txt",
        "/more/in.txt",
        "/dataset.txt",
        "dataset.txt",
        "/moreset.txt",
        "../in.txt",
        "/../in.txt",
        "/data/../in.txt",
        "/data/none/../in.txt",
        "/data/link",
        "/data/set.txt/",
    };
    const path = paths[@intCast(which)];
    var bytes: [8]u8 = undefined;
    // From Zig 0.16 on, functions that read take an `Io`.
    const read = if (@hasDecl(std.fs, "cwd"))
        std.fs.cwd().readFile(path, &bytes) catch return -1
    else
        std.Io.Dir.cwd().readFile(std.Options.debug_io, path, &bytes) catch return -1;
    return if (read.len > 0) read[0] else -1;
}

/// Whether the guest can create a file.
export fn creates() i32 {
    return open("new.txt", .{ .CREAT = true }, .{ .FD_WRITE = true });
}

/// Opens a path relative to the first granted directory (descriptor 3); returns 1 if that
/// succeeded.
fn open(path: []const u8, flags: std.os.wasi.oflags_t, rights: std.os.wasi.rights_t) i32 {
    const wasi = std.os.wasi;
    var file: wasi.fd_t = undefined;
    const follow = wasi.lookupflags_t{ .SYMLINK_FOLLOW = true };
    const outcome = wasi.path_open(3, follow, path.ptr, path.len, flags, rights, .{}, .{}, &file);
    if (outcome != .SUCCESS) return 0;
    _ = wasi.fd_close(file);
    return 1;
}

/// Calls an export of this guest, by its number in the host's list (`CALLED`).
extern "host" fn call(which: i32, value: i32) i32;

/// Makes the host call an export of this guest, re-entrantly.
export fn asks(which: i32, value: i32) i32 {
    return call(which, value);
}

/// Nests calls guest → host → guest to the given depth and returns it.
export fn nests(depth: i32) i32 {
    return if (depth == 0) 0 else call(0, depth - 1) + 1;
}

/// Recurses without end, with frames of 64 KiB.
export fn recurses_wide() i32 {
    return downWide(0);
}

fn downWide(depth: i32) i32 {
    var block: [16 << 10]i32 = undefined;
    const kept: *volatile [16 << 10]i32 = &block;
    kept[3] = depth;
    return downWide(depth +% 1) +% kept[3];
}

/// Recurses without end, with frames of 512 bytes that are filled at once.
export fn recurses_filled() i32 {
    return downFilled(0);
}

fn downFilled(depth: i32) i32 {
    var block: [512]u8 = undefined;
    @memset(&block, @truncate(@as(u32, @bitCast(depth))));
    const kept: *volatile [512]u8 = &block;
    return downFilled(depth +% 1) +% kept[3];
}

/// Writes a line without its end.
export fn prints_a_piece() void {
    const wasi = std.os.wasi;
    const from = [_]wasi.ciovec_t{.{ .base = "x", .len = 1 }};
    var count: usize = 0;
    if (wasi.fd_write(1, &from, 1, &count) != .SUCCESS) @panic("output");
}

/// How often `_initialize` has run.
export fn began() i32 {
    return begun;
}

var begun: i32 = 0;

export fn _initialize() void {
    begun += 1;
}

/// Returns a buffer: its address in the high half, its length in the low half.
export fn lends() i64 {
    const buffer = std.heap.wasm_allocator.alloc(u8, 64) catch @panic("out of memory");
    // The buffer is freed at the end: a mistake that authors make.
    defer std.heap.wasm_allocator.free(buffer);
    @memset(buffer, 0x5a);
    return @as(i64, @intCast(@intFromPtr(buffer.ptr))) << 32 | 64;
}

/// Exports whose results are lowered by the guest package.
const texts = struct {
    pub fn says(number: i32) []const u8 {
        return polyreactor.format("text {d}", .{number});
    }
};

comptime {
    polyreactor.exportAll(texts);
}

/// Allocates other buffers and fills them, which overwrites freed memory.
export fn churns() void {
    for (0..100) |_| {
        const buffer = std.heap.wasm_allocator.alloc(u8, 64) catch @panic("out of memory");
        @memset(buffer, 0xff);
    }
}
