const std = @import("std");
const polyreactor = @import("polyreactor");

pub fn build(b: *std.Build) void {
    // A reactor for WASI whose exports are kept.
    _ = polyreactor.addPlugin(b, .{
        .name = "names",
        .root_source_file = b.path("src/main.zig"),
        .optimize = b.standardOptimizeOption(.{}),
    });
}
