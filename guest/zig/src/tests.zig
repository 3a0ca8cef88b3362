//! Native tests: without a host and without 32-bit pointers.

const std = @import("std");
const expect = std.testing.expect;
const polyreactor = @import("polyreactor.zig");
const reflect = @import("reflect.zig");
const shim = @import("shim.zig");
const types = @import("types.zig");

const Point = extern struct { x: i32, y: f64 };

test "supported types have core types, and others a remedy" {
    @setEvalBranchQuota(10_000);
    try comptime expect(types.cores(bool).?[0] == i32);
    try comptime expect(types.cores(u64).?[0] == i64);
    try comptime expect(types.cores([]const u8).?.len == 2);
    try comptime expect(types.cores(*Point).?[0] == i32);
    try comptime expect(types.cores(*const [4]Point).?[0] == i32);
    try comptime expect(types.Core([]const u8).? == i64);
    try comptime expect(types.Core(void).? == void);
    inline for (.{ bool, i8, i16, u16, i32, u32, i64, u64, f32, f64 }) |T| {
        try comptime expect(types.cores([]const T).?.len == 2);
        try comptime expect(types.Core([]const T).? == i64);
        try comptime expect(types.Element([]const T).? == T);
    }
    try comptime expect(types.cores(polyreactor.Bytes).?.len == 2);
    try comptime expect(types.Element(polyreactor.Bytes).? == u8);
    try comptime expect(types.Element([]const u8) == null);
    inline for (.{ usize, u8, i16, f16, []u8, [:0]const u8, []i32, [:0]const i32, [*]const i32, []align(1) const i32, []const usize, []const Point, []const []const u8, []const f16, *polyreactor.Bytes, ?[]const i32, ?*Point, Point, [4]f64, *usize, *[]const u8, **i32, *align(1) i32, *volatile i32, *struct { x: i32 }, *extern struct { p: *i32 }, *anyopaque, anyerror, anyerror!u32, enum { a } }) |T| {
        try comptime expect(types.cores(T) == null);
        try comptime expect(types.remedy(T).len != 0);
    }
    try comptime expect(types.Core(*Point).? == i32);
    try comptime expect(types.Core(*const [4]Point).? == i32);
    try comptime expect(types.Core(?*Point) == null);
    try expect(comptime std.mem.indexOf(u8, types.remedy([:0]const u8), "a string is a []const u8") != null);
    try expect(comptime std.mem.indexOf(u8, types.remedy([]i32), "a list is a []const i32") != null);
    try expect(comptime std.mem.indexOf(u8, types.remedy(*const polyreactor.Bytes), "without a pointer") != null);
    try expect(comptime std.mem.indexOf(u8, types.remedy(Point), "make it an extern struct") != null);
}

test "hasBools finds bools in records" {
    try comptime expect(types.hasBools(extern struct { a: i32, b: [2]extern struct { c: bool } }));
    try comptime expect(!types.hasBools(Point));
}

test "numbers keep their bits" {
    try expect(shim.lift(u32, .{ .name = "f" }, .{@as(i32, -1)}, 0) == std.math.maxInt(u32));
    try expect(shim.lower(u64, "f", std.math.maxInt(u64))[0] == -1);
    try expect(shim.lift(bool, .{ .name = "f" }, .{@as(i32, 1)}, 0));
    try expect(shim.lower(bool, "f", true)[0] == 1);
}

test "exportAll exports plain functions only" {
    const Plugin = struct {
        pub const number = 1;
        pub fn plain() void {}
        pub fn exported() callconv(.c) void {}
        fn private() void {}
    };
    try comptime expect(reflect.declarations(Plugin).len == 3);
    try comptime expect(reflect.isPlain(@TypeOf(Plugin.plain)));
    try comptime expect(!reflect.isPlain(@TypeOf(Plugin.exported)));
    comptime polyreactor.exportAll(Plugin);
}

test "format works without a host" {
    try expect(std.mem.eql(u8, polyreactor.format("hello {s}", .{"bob"}), "hello bob"));
}
