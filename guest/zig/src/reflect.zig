//! Reflection that works with each version of Zig from 0.14 to 0.17, whose `@typeInfo` differs.

const std = @import("std");

/// The types of a function's parameters; null for a generic one.
pub fn params(comptime F: type) []const ?type {
    const info = @typeInfo(F).@"fn";
    if (@hasField(@TypeOf(info), "param_types")) return info.param_types;
    var types: [info.params.len]?type = undefined;
    for (info.params, &types) |param, *ty| ty.* = param.type;
    const found = types;
    return &found;
}

/// Whether a function has Zig's own calling convention, so that it is neither exported nor extern.
pub fn isPlain(comptime F: type) bool {
    const info = @typeInfo(F).@"fn";
    const convention = if (@hasField(@TypeOf(info), "attrs")) info.attrs.@"callconv" else info.calling_convention;
    return convention == .auto or convention == .@"inline";
}

/// The names of a container's public declarations.
pub fn declarations(comptime T: type) []const [:0]const u8 {
    const info = switch (@typeInfo(T)) {
        .@"struct" => |info| info,
        else => @compileError("a container with functions expected, not " ++ @typeName(T)),
    };
    if (@hasField(@TypeOf(info), "decl_names")) return info.decl_names;
    var names: [info.decls.len][:0]const u8 = undefined;
    for (info.decls, &names) |decl, *name| name.* = decl.name;
    const found = names;
    return &found;
}

pub const Field = struct { name: [:0]const u8, type: type };

/// The fields of a struct.
pub fn fields(comptime T: type) []const Field {
    const info = @typeInfo(T).@"struct";
    if (@hasField(@TypeOf(info), "field_names")) {
        var found: [info.field_names.len]Field = undefined;
        for (info.field_names, info.field_types, &found) |name, ty, *field| field.* = .{ .name = name, .type = ty };
        const all = found;
        return &all;
    }
    var found: [info.fields.len]Field = undefined;
    for (info.fields, &found) |one, *field| field.* = .{ .name = one.name, .type = one.type };
    const all = found;
    return &all;
}
