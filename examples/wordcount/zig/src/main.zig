//! Counts words: text in, a record out, and a total that is kept from call to call.

const std = @import("std");
const polyreactor = @import("polyreactor");

comptime {
    polyreactor.exportAll(@This());
}

/// What is known about one text, and the words of all texts so far.
const Counts = extern struct {
    words: u32 = 0,
    lines: u32 = 0,
    /// In characters.
    longest: u32 = 0,
    total: u64 = 0,
};

/// It outlives the calls: a reactor is set up once and stays.
var total: u64 = 0;

/// Fills in a record of the host's. Words are what stands between spaces, tabs and the ends
/// of lines; the last line counts with or without an end.
pub fn count(text: []const u8, result: *Counts) void {
    var found: Counts = .{};
    var words = std.mem.tokenizeAny(u8, text, " \t\r\n");
    while (words.next()) |word| {
        found.words += 1;
        // What the host passes is UTF-8: that has been checked.
        const characters = std.unicode.utf8CountCodepoints(word) catch unreachable;
        found.longest = @max(found.longest, @as(u32, @intCast(characters)));
    }
    for (text) |byte| found.lines += @intFromBool(byte == '\n');
    if (text.len != 0 and text[text.len - 1] != '\n') found.lines += 1;
    total += found.words;
    found.total = total;
    result.* = found;
}

/// Forgets the total.
pub fn reset() void {
    total = 0;
}

test count {
    reset();
    var seen: Counts = undefined;
    count("one two\n\tthrée\r\n", &seen);
    try std.testing.expectEqual(Counts{ .words = 3, .lines = 2, .longest = 5, .total = 3 }, seen);
    count("four", &seen);
    try std.testing.expectEqual(Counts{ .words = 1, .lines = 1, .longest = 4, .total = 4 }, seen);
}
