const std = @import("std");
const polyreactor = @import("polyreactor");

pub fn build(b: *std.Build) void {
    // Builds a WASI reactor and keeps its exports; counter/zig/build.zig does the same by hand.
    _ = polyreactor.addPlugin(b, .{
        .name = "wordcount",
        .root_source_file = b.path("src/main.zig"),
        .optimize = b.standardOptimizeOption(.{}),
    });
}
