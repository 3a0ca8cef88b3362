//! Shims: `Export` makes a function of core types, for the host, from an author's function;
//! `Import` makes a function of the author's types from a host function.

const std = @import("std");
const blocks = @import("blocks.zig");
const calls = @import("calls.zig");
const fail = @import("fail.zig");
const reflect = @import("reflect.zig");
const types = @import("types.zig");
const Function = @import("function.zig").Function;
const limits = @import("limits.zig");

/// The shim of an author's function, which the host calls: `Export(name, function).made`.
pub fn Export(comptime name: []const u8, comptime function: anytype) type {
    const F = @TypeOf(function);
    const P = parameters(name, F);
    const R = Result(name, F);
    limits.check(name, P, R != void);
    const Body = struct {
        pub inline fn call(cores: anytype) types.Core(R).? {
            calls.enter();
            var arguments: std.meta.ArgsTuple(F) = undefined;
            comptime var at = 0;
            inline for (P, 0..) |T, index| {
                arguments[index] = lift(T, .{ .name = name }, cores, at);
                at += comptime types.cores(T).?.len;
            }
            // Never inlined, so that its stack frame is below the shim's: a result in it is
            // detected.
            const returned = @call(.never_inline, function, arguments);
            const result: R = if (@typeInfo(@TypeOf(returned)) == .error_union)
                returned catch |err| fail.failed(name, @errorName(err))
            else
                returned;
            if (comptime isSlice(R)) {
                var here: u8 = 0;
                const items = slice(R, result);
                if (fail.isBelow(@intFromPtr(items.ptr), &here) and items.len != 0) fail.dangling(name, if (R == []const u8) "a string" else "a list");
            } else if (types.Pointee(R) != null) {
                var here: u8 = 0;
                if (fail.isBelow(@intFromPtr(result), &here)) fail.dangling(name, "a pointer to something");
            }
            calls.leave();
            return if (R == void) {} else lower(R, name, result)[0];
        }
    };
    return Function(coreTypes(P), types.Core(R).?, .c, Body);
}

/// The shim of a host function, which the author calls: `Import(module, name, F).made`.
pub fn Import(comptime module: []const u8, comptime name: []const u8, comptime F: type) type {
    const full = module ++ "." ++ name;
    if (@typeInfo(F) != .@"fn") @compileError("`" ++ full ++ "`: a function type expected, not " ++ @typeName(F));
    const P = parameters(full, F);
    const R = @typeInfo(F).@"fn".return_type.?;
    const C = (if (types.Pointee(R) == null) types.Core(R) else null) orelse
        @compileError("`" ++ full ++ "`: a result of type " ++ @typeName(R) ++ " cannot be passed between plugin and host: " ++ types.remedy(R));
    limits.check(full, P, R != void);
    const Body = struct {
        const Extern = Function(coreTypes(P), C, .c, struct {
            pub fn call(_: anytype) C {
                unreachable;
            }
        });

        pub inline fn call(arguments: anytype) R {
            if (!blocks.is_wasm) std.debug.panic("`{s}` is a host function, and there is no host here", .{full});
            const function = @extern(*const @TypeOf(Extern.made), .{ .name = name, .library_name = module });
            var cores: std.meta.ArgsTuple(@TypeOf(Extern.made)) = undefined;
            comptime var at = 0;
            inline for (P, 0..) |T, index| {
                const lowered = lowerParameter(T, arguments[index]);
                inline for (lowered) |core| {
                    cores[at] = core;
                    at += 1;
                }
            }
            const result = @call(.auto, function, cores);
            if (R == void) return;
            if (comptime isSlice(R)) return take(R, full, @bitCast(result));
            return lift(R, .{ .name = full, .verb = "returned", .preposition = "from" }, .{result}, 0);
        }
    };
    return Function(P, R, .auto, Body);
}

/// Lifts a value of type `T` from the core values at `at`, and checks it.
pub inline fn lift(comptime T: type, comptime side: fail.Side, cores: anytype, comptime at: usize) T {
    switch (T) {
        bool => {
            if (cores[at] != 0 and cores[at] != 1) fail.notABool(side, "", cores[at]);
            return cores[at] == 1;
        },
        i32, u32, i64, u64 => return @bitCast(cores[at]),
        f32, f64 => return cores[at],
        []const u8 => return text(side, @bitCast(cores[at]), @bitCast(cores[at + 1])),
        else => {
            if (types.Element(T)) |E| return list(T, elements(E, side, @bitCast(cores[at]), @bitCast(cores[at + 1])));
            const Child = types.Pointee(T) orelse @compileError(@typeName(T) ++ " cannot be passed between plugin and host: " ++ types.remedy(T));
            const address: u32 = @bitCast(cores[at]);
            if (address == 0) fail.nullPointer(side);
            if (address % @alignOf(Child) != 0) fail.misaligned(side, address, @alignOf(Child));
            if (!blocks.contains(address, @sizeOf(Child))) fail.outOfBounds(side, "pointer", @sizeOf(Child), address);
            if (comptime types.hasBools(Child)) checkBools(side, Child, "", address);
            return @ptrFromInt(address);
        },
    }
}

fn text(comptime side: fail.Side, address: u32, len: u32) []const u8 {
    if (len == 0) return "";
    if (address == 0 or !blocks.contains(address, len)) fail.outOfBounds(side, "string", len, address);
    const start: [*]const u8 = @ptrFromInt(address);
    if (!std.unicode.utf8ValidateSlice(start[0..len])) fail.notUtf8(side);
    return start[0..len];
}

fn elements(comptime E: type, comptime side: fail.Side, address: u32, count: u32) []const E {
    if (count == 0) return &.{};
    if (address == 0) fail.nullPointer(side);
    if (address % @alignOf(E) != 0) fail.misaligned(side, address, @alignOf(E));
    const size = @as(u64, count) * @sizeOf(E);
    if (!blocks.contains(address, size)) fail.outOfBounds(side, "list", size, address);
    if (E == bool) {
        const bytes: [*]const u8 = @ptrFromInt(address);
        for (bytes[0..count]) |byte| if (byte > 1) fail.notABool(side, ", in a list", byte);
    }
    const start: [*]const E = @ptrFromInt(address);
    return start[0..count];
}

/// Whether the type is a string or a list, which is lowered to an address and a length.
fn isSlice(comptime T: type) bool {
    return T == []const u8 or types.Element(T) != null;
}

/// The slice of a string or a list.
inline fn slice(comptime T: type, value: T) if (T == types.Bytes) []const u8 else T {
    return if (T == types.Bytes) value.items else value;
}

/// The list of type `T` with these items.
inline fn list(comptime T: type, items: []const (types.Element(T) orelse u8)) T {
    return if (T == types.Bytes) .{ .items = items } else items;
}

/// Checks the bools behind a pointer. Reads bytes, because reading an invalid bool is undefined
/// behaviour.
fn checkBools(comptime side: fail.Side, comptime T: type, comptime path: []const u8, address: usize) void {
    switch (@typeInfo(T)) {
        .bool => {
            const byte: *const u8 = @ptrFromInt(address);
            if (byte.* > 1) fail.notABool(side, if (path.len == 0) "" else ", in " ++ path, byte.*);
        },
        .array => |info| if (comptime types.hasBools(info.child)) {
            for (0..info.len) |index| checkBools(side, info.child, path ++ "[]", address + index * @sizeOf(info.child));
        },
        .@"struct" => inline for (comptime reflect.fields(T)) |field| {
            if (comptime types.hasBools(field.type)) {
                checkBools(side, field.type, path ++ "." ++ field.name, address + @offsetOf(T, field.name));
            }
        },
        else => {},
    }
}

/// Lowers the result of an export to a tuple of one core value.
pub inline fn lower(comptime T: type, comptime name: []const u8, value: T) struct { types.Core(T).? } {
    if (comptime !isSlice(T)) return .{lowerParameter(T, value)[0]};
    if (T == []const u8 and !std.unicode.utf8ValidateSlice(value)) fail.returnsNoUtf8(name);
    const address, const len = lowerParameter(T, value);
    return .{@bitCast(@as(u64, @as(u32, @bitCast(address))) << 32 | @as(u32, @bitCast(len)))};
}

/// Lowers an argument of a host function to a tuple of core values.
inline fn lowerParameter(comptime T: type, value: T) if (types.cores(T).?.len == 2) struct { i32, i32 } else struct { types.cores(T).?[0] } {
    return switch (T) {
        bool => .{@intFromBool(value)},
        i32, i64, f32, f64 => .{value},
        u32, u64 => .{@bitCast(value)},
        else => {
            if (comptime !isSlice(T)) return .{@bitCast(@as(u32, @intCast(@intFromPtr(value))))};
            const items = slice(T, value);
            return .{
                // The address of an empty slice is arbitrary: pass 0.
                if (items.len == 0) 0 else @bitCast(@as(u32, @intCast(@intFromPtr(items.ptr)))),
                @bitCast(@as(u32, @intCast(items.len))),
            };
        },
    };
}

/// Lifts a string or a list that a host function returned: copies it to memory of `calls.allocator`
/// and frees its block.
fn take(comptime T: type, comptime full: []const u8, bits: u64) T {
    const side: fail.Side = .{ .name = full, .verb = "returned", .preposition = "from" };
    const address: u32 = @truncate(bits >> 32);
    const len: u32 = @truncate(bits);
    const E = types.Element(T) orelse u8;
    const size = @as(u64, len) * @sizeOf(E);
    if (!blocks.isBlock(address, size, @alignOf(E))) {
        if (len == 0) return list(T, &.{});
        fail.notAllocated(full, if (T == []const u8) "string" else "list", size, address);
    }
    const items = if (T == []const u8) text(side, address, len) else elements(E, side, address, len);
    const copy = calls.allocator().dupe(E, items) catch @panic("out of memory");
    blocks.free(address, @intCast(size), @alignOf(E));
    return list(T, copy);
}

/// The types of the parameters. A compile error if one of them is not supported.
fn parameters(comptime name: []const u8, comptime F: type) []const type {
    const found = reflect.params(F);
    var P: [found.len]type = undefined;
    for (found, &P, 1..) |param, *T, number| {
        const place = std.fmt.comptimePrint("`{s}`: parameter {d}", .{ name, number });
        T.* = param orelse
            @compileError(place ++ " is generic: give it a type, or remove `pub` if the function is no export");
        if (types.cores(T.*) == null)
            @compileError(place ++ " of type " ++ @typeName(T.*) ++ " cannot be passed between plugin and host: " ++ types.remedy(T.*));
    }
    const checked = P;
    return &checked;
}

/// The type of an exported function's result; of an error union, the payload. A compile error if it
/// is not supported.
fn Result(comptime name: []const u8, comptime F: type) type {
    const Returned = @typeInfo(F).@"fn".return_type orelse @compileError("`" ++ name ++ "`: its result is generic");
    const R = switch (@typeInfo(Returned)) {
        .error_union => |info| info.payload,
        else => Returned,
    };
    if (types.Core(R) == null)
        @compileError("`" ++ name ++ "`: a result of type " ++ @typeName(R) ++ " cannot be passed between plugin and host: " ++ types.remedy(R));
    return R;
}

/// The core types of all parameters.
fn coreTypes(comptime P: []const type) []const type {
    var cores: []const type = &.{};
    for (P) |T| cores = cores ++ types.cores(T).?;
    return cores;
}
