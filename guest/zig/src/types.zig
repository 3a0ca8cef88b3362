//! The supported types and their core types: CONVENTION, "Types at the plain level".

const std = @import("std");
const reflect = @import("reflect.zig");

/// The core types of a parameter of type `T`; null if the type is not supported.
pub fn cores(comptime T: type) ?[]const type {
    return switch (T) {
        bool, i32, u32 => &.{i32},
        i64, u64 => &.{i64},
        f32 => &.{f32},
        f64 => &.{f64},
        []const u8 => &.{ i32, i32 },
        else => if (Element(T) != null) &.{ i32, i32 } else if (Pointee(T) != null) &.{i32} else null,
    };
}

/// The core type of a result of type `T`; null if the type is not supported.
pub fn Core(comptime T: type) ?type {
    if (T == void) return void;
    const core_types = cores(T) orelse return null;
    return if (core_types.len == 2) i64 else core_types[0];
}

/// A `list<u8>` of a contract: bytes. A `[]const u8` is a string, which has to be UTF-8.
pub const Bytes = struct { items: []const u8 };

/// The type of a list's elements: `T` for a `[]const T`, and u8 for `Bytes`; null if `T` is no
/// list.
pub fn Element(comptime T: type) ?type {
    if (T == Bytes) return u8;
    const Child = switch (@typeInfo(T)) {
        .pointer => |info| info.child,
        else => return null,
    };
    return if (isScalar(Child) and Child != u8 and T == []const Child) Child else null;
}

fn isScalar(comptime T: type) bool {
    return switch (T) {
        bool, i8, u8, i16, u16, i32, u32, i64, u64, f32, f64 => true,
        else => false,
    };
}

/// The type that a supported pointer points to; null if `T` is no supported pointer.
pub fn Pointee(comptime T: type) ?type {
    const info = switch (@typeInfo(T)) {
        .pointer => |info| info,
        else => return null,
    };
    // No slice, and no other alignment than the type's own.
    if (T != *info.child and T != *const info.child) return null;
    return if (hasLayout(info.child)) info.child else null;
}

/// Whether plugin and host have the same layout for the type.
pub fn hasLayout(comptime T: type) bool {
    return isScalar(T) or switch (@typeInfo(T)) {
        .array => |info| hasLayout(info.child) and T == [info.len]info.child,
        .@"struct" => |info| info.layout == .@"extern" and for (reflect.fields(T)) |field| {
            if (!hasLayout(field.type)) break false;
        } else true,
        else => false,
    };
}

/// Whether a value of the type contains bools, which have to be checked.
pub fn hasBools(comptime T: type) bool {
    return switch (@typeInfo(T)) {
        .bool => true,
        .array => |info| hasBools(info.child),
        .@"struct" => for (reflect.fields(T)) |field| {
            if (hasBools(field.type)) break true;
        } else false,
        else => false,
    };
}

/// The remedy for an unsupported type.
pub fn remedy(comptime T: type) []const u8 {
    if (T == usize or T == isize) return "its size depends on the machine: write u32, i32, u64 or i64";
    return switch (@typeInfo(T)) {
        .int, .comptime_int => "an integer passed by value is i32, u32, i64 or u64; pass a pointer to a smaller one",
        .float, .comptime_float => "a float is f32 or f64",
        .@"struct" => "pass a pointer to it, and make it an extern struct",
        .array => "pass a pointer to it",
        .optional => "a pointer is never null; for a value that may be missing, pass a bool beside it",
        .error_union => "an error cannot be passed; return it from an exported function, or pass a string",
        .@"enum" => "pass @intFromEnum of it as a u32",
        .pointer => |info| pointerRemedy(T, info.child),
        else => "the supported types are bool, i32, u32, i64, u64, f32, f64, []const u8, polyreactor.Bytes, " ++
            "[]const T of a number or a bool, and *T or *const T to a number, a bool, an array or an extern struct",
    };
}

fn pointerRemedy(comptime T: type, comptime Child: type) []const u8 {
    if (T == [:0]const u8 or T == []u8 or T == [*:0]const u8 or T == [*]const u8 or T == [*]u8)
        return "a string is a []const u8, and bytes are a polyreactor.Bytes";
    if (isScalar(Child) and (T == []Child or T == [*]const Child or T == [*]Child))
        return "a list is a []const " ++ @typeName(Child);
    if (T == *Child or T == *const Child) {
        if (Child == []const u8 or Element(Child) != null) return "pass a string or a list by itself, without a pointer";
        // The type is supported, except as the result of a host function.
        if (hasLayout(Child)) return "a host function cannot return a pointer; pass it a pointer to the place for the result";
        return "a pointer points to a number of a fixed size, a bool, an array or an extern struct of these";
    }
    return "a list is a []const T of numbers from 8 to 64 bits or of bools; for other elements, " ++
        "pass a pointer to an array of a fixed length";
}
