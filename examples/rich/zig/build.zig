const std = @import("std");
const polyreactor = @import("polyreactor");

pub fn build(b: *std.Build) void {
    // A reactor for WASI whose exports are kept; counter/zig shows what is in there.
    _ = polyreactor.addPlugin(b, .{
        .name = "rich",
        .root_source_file = b.path("src/main.zig"),
        .optimize = b.standardOptimizeOption(.{}),
    });
}
