//! Every way in which a guest can fail, an export each.

const std = @import("std");
const polyreactor = @import("polyreactor");

/// So that a living instance is told from a dead one.
export fn alive() i32 {
    return 42;
}

/// Says why, and ends.
export fn panics(number: i32) void {
    var text: [32]u8 = undefined;
    @panic(std.fmt.bufPrint(&text, "no way {d}", .{number}) catch unreachable);
}

/// Ends without a word.
export fn traps() u64 {
    const wild: *align(1) const volatile u64 = @ptrFromInt(0xffff_ffff);
    return wild.*;
}

/// Ends itself.
export fn exits(status: i32) void {
    std.os.wasi.proc_exit(@bitCast(status));
}

/// Computes for ever.
export fn spins() void {
    var count: u32 = 0;
    const kept: *volatile u32 = &count;
    while (true) kept.* +%= 1;
}

/// Sleeps, and answers what it was told.
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

/// Reads all there is, and answers how many bytes that were.
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

/// Calls itself for ever.
export fn recurses() i32 {
    return down(0);
}

fn down(depth: i32) i32 {
    var block: [16]i32 = undefined;
    const kept: *volatile [16]i32 = &block;
    kept[3] = depth;
    return down(depth +% 1) +% kept[3];
}

/// Calls itself so deep, and answers how deep that was.
export fn descends(depth: i32) i32 {
    return descend(depth);
}

noinline fn descend(depth: i32) i32 {
    if (depth == 0) return 0;
    var deeper: i32 = depth - 1;
    const kept: *volatile i32 = &deeper;
    return descend(kept.*) + 1;
}

/// Takes memory for ever.
export fn hoards() void {
    while (true) {
        const block = std.heap.page_allocator.alloc(u8, 1 << 20) catch @panic("out of memory");
        @memset(block, 1);
    }
}

/// Asks for more than there is, and makes do without.
export fn makes_do() i32 {
    // 1 GiB in pages; std's allocator panics where it is asked for so much.
    return @intFromBool(@wasmMemoryGrow(0, 1 << 14) == -1);
}

/// As `makes_do`, and then exits.
export fn makes_do_and_exits() void {
    _ = makes_do();
    std.os.wasi.proc_exit(9);
}

/// Writes as many lines of 64 bytes, and answers how many.
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

/// The time and a random number, all in one.
export fn fingerprint() i64 {
    const wasi = std.os.wasi;
    var random: [8]u8 = undefined;
    _ = wasi.random_get(&random, random.len);
    var time: wasi.timestamp_t = 0;
    _ = wasi.clock_time_get(.REALTIME, 1, &time);
    return @bitCast(std.mem.readInt(u64, &random, .little) ^ time);
}

/// Whether it can read a file: one that was given to it, or one beside that, in three ways.
export fn opens(which: i32) i32 {
    const paths = [_][]const u8{ "in.txt", "../secret.txt", "/secret.txt", "link" };
    return open(paths[@intCast(which)], .{}, .{ .FD_READ = true });
}

/// The first byte of the file at a path, of those in a list; -1 where none is found.
export fn finds(which: i32) i32 {
    const paths = [_][]const u8{ "in.txt", "./in.txt", "/in.txt", "/data/in.txt", "data/in.txt", "/more/in.txt" };
    const path = paths[@intCast(which)];
    var bytes: [8]u8 = undefined;
    // Zig 0.16 hands an `Io` to everything that reads.
    const read = if (@hasDecl(std.fs, "cwd"))
        std.fs.cwd().readFile(path, &bytes) catch return -1
    else
        std.Io.Dir.cwd().readFile(std.Options.debug_io, path, &bytes) catch return -1;
    return if (read.len > 0) read[0] else -1;
}

/// Whether it can make a file.
export fn creates() i32 {
    return open("new.txt", .{ .CREAT = true }, .{ .FD_WRITE = true });
}

/// In the first directory that was given to it.
fn open(path: []const u8, flags: std.os.wasi.oflags_t, rights: std.os.wasi.rights_t) i32 {
    const wasi = std.os.wasi;
    var file: wasi.fd_t = undefined;
    const follow = wasi.lookupflags_t{ .SYMLINK_FOLLOW = true };
    const outcome = wasi.path_open(3, follow, path.ptr, path.len, flags, rights, .{}, .{}, &file);
    if (outcome != .SUCCESS) return 0;
    _ = wasi.fd_close(file);
    return 1;
}

/// Calls an export of this guest's by its number in a list that the host has.
extern "host" fn call(which: i32, value: i32) i32;

/// Has the host call an export of this guest's while it waits.
export fn asks(which: i32, value: i32) i32 {
    return call(which, value);
}

/// Goes into the host and comes back, so deep; answers how deep that was.
export fn nests(depth: i32) i32 {
    return if (depth == 0) 0 else call(0, depth - 1) + 1;
}

/// Calls itself for ever, and takes much room each time.
export fn recurses_wide() i32 {
    return downWide(0);
}

fn downWide(depth: i32) i32 {
    var block: [16 << 10]i32 = undefined;
    const kept: *volatile [16 << 10]i32 = &block;
    kept[3] = depth;
    return downWide(depth +% 1) +% kept[3];
}

/// Writes a piece of a line.
export fn prints_a_piece() void {
    const wasi = std.os.wasi;
    const from = [_]wasi.ciovec_t{.{ .base = "x", .len = 1 }};
    var count: usize = 0;
    if (wasi.fd_write(1, &from, 1, &count) != .SUCCESS) @panic("output");
}

/// How often what runs before everything else has run.
export fn began() i32 {
    return begun;
}

var begun: i32 = 0;

export fn _initialize() void {
    begun += 1;
}

/// Lends a buffer: its address in the high half, its length in the low one.
export fn lends() i64 {
    const buffer = std.heap.wasm_allocator.alloc(u8, 64) catch @panic("out of memory");
    // Freed at the end, as an author may well do.
    defer std.heap.wasm_allocator.free(buffer);
    @memset(buffer, 0x5a);
    return @as(i64, @intCast(@intFromPtr(buffer.ptr))) << 32 | 64;
}

/// What is passed by the package.
const texts = struct {
    pub fn says(number: i32) []const u8 {
        return polyreactor.format("text {d}", .{number});
    }
};

comptime {
    polyreactor.exportAll(texts);
}

/// Takes other buffers, and fills them.
export fn churns() void {
    for (0..100) |_| {
        const buffer = std.heap.wasm_allocator.alloc(u8, 64) catch @panic("out of memory");
        @memset(buffer, 0xff);
    }
}
