//! Which types cross, and as what: the plain level of the convention.

const std = @import("std");
const reflect = @import("reflect.zig");

/// The core types that a parameter of this type crosses as; null where it can't.
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

/// The core type that a result of this type crosses as; null where it can't.
pub fn Core(comptime T: type) ?type {
    if (T == void) return void;
    const crossed = cores(T) orelse return null;
    return if (crossed.len == 2) i64 else crossed[0];
}

/// `list<u8>` of a contract: bytes. A plain `[]const u8` is a string, which has to be UTF-8.
pub const Bytes = struct { items: []const u8 };

/// What a list that crosses holds: the `T` of a `[]const T`, and u8 for `Bytes`.
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

/// What a pointer that may cross points to.
pub fn Pointee(comptime T: type) ?type {
    const info = switch (@typeInfo(T)) {
        .pointer => |info| info,
        else => return null,
    };
    // No slice, no other alignment than the type's own.
    if (T != *info.child and T != *const info.child) return null;
    return if (hasLayout(info.child)) info.child else null;
}

/// Whether a value of the type has the same bytes on both sides.
pub fn hasLayout(comptime T: type) bool {
    return isScalar(T) or switch (@typeInfo(T)) {
        .array => |info| hasLayout(info.child) and T == [info.len]info.child,
        .@"struct" => |info| info.layout == .@"extern" and for (reflect.fields(T)) |field| {
            if (!hasLayout(field.type)) break false;
        } else true,
        else => false,
    };
}

/// Whether there are bools in it, to be looked at.
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

/// What to write instead of a type that can't cross.
pub fn remedy(comptime T: type) []const u8 {
    if (T == usize or T == isize) return "its size is the machine's: write u32, i32, u64 or i64";
    return switch (@typeInfo(T)) {
        .int, .comptime_int => "a number by itself is i32, u32, i64 or u64; smaller ones go behind a pointer",
        .float, .comptime_float => "a number by itself is f32 or f64",
        .@"struct" => "pass a pointer to it, and make it an extern struct",
        .array => "pass a pointer to it",
        .optional => "a pointer that crosses is never null; pass a bool beside it for what may be missing",
        .error_union => "an error can't be passed; return it, or pass a string",
        .@"enum" => "pass @intFromEnum of it as a u32",
        .pointer => |info| pointerRemedy(T, info.child),
        else => "the types that cross are bool, i32, u32, i64, u64, f32, f64, []const u8, polyreactor.Bytes, " ++
            "[]const T of a number or a bool, and *T or *const T to a number, a bool, an array or an extern struct",
    };
}

fn pointerRemedy(comptime T: type, comptime Child: type) []const u8 {
    if (T == [:0]const u8 or T == []u8 or T == [*:0]const u8 or T == [*]const u8 or T == [*]u8)
        return "a string that crosses is a []const u8, and bytes are a polyreactor.Bytes";
    if (isScalar(Child) and (T == []Child or T == [*]const Child or T == [*]Child))
        return "a list that crosses is a []const " ++ @typeName(Child);
    if (T == *Child or T == *const Child) {
        if (Child == []const u8 or Element(Child) != null) return "a string or a list crosses by itself, without a pointer";
        // Only the result of a host function comes here with what could cross.
        if (hasLayout(Child)) return "a host function returns no pointer; pass it the place for the result";
        return "behind a pointer go numbers of a fixed size, bools, arrays and extern structs of these";
    }
    return "a list that crosses is a []const T of numbers from 8 to 64 bits or of bools; for others, " ++
        "pass a pointer to an array of a fixed length";
}
